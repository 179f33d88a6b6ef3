/** Type of the entry that says how large a page is; its value tells whether the rest was understood. Source: getauxval(3). */
const AT_PAGESZ = 6

/**
 * Width of the words of `/proc/<pid>/auxv`, and so of the program: 64, or 32 on a system of 64 bits. null: empty, as of
 * kernel threads, or not understood.
 */
export function parseWordBits(vector: Uint8Array): 32 | 64 | null {
  const words = new DataView(vector.buffer, vector.byteOffset, vector.byteLength)
  const isPage = (bytes: number | bigint) => [4096n, 16_384n, 65_536n].includes(BigInt(bytes))
  for (let at = 0; at + 16 <= vector.byteLength; at += 16) {
    const type = words.getBigUint64(at, true)
    if (type === BigInt(AT_PAGESZ) && isPage(words.getBigUint64(at + 8, true))) return 64
  }
  for (let at = 0; at + 8 <= vector.byteLength; at += 8) {
    const type = words.getUint32(at, true)
    if (type === AT_PAGESZ && isPage(words.getUint32(at + 4, true))) return 32
  }
  return null
}

/**
 * One value of `/proc/<pid>/auxv`: pairs of 64-bit words, a type and its value. Source: proc_pid_auxv(5), getauxval(3).
 * null when the vector has no such type.
 */
export function parseAuxv(vector: Uint8Array, type: number): number | null {
  const words = new DataView(vector.buffer, vector.byteOffset, vector.byteLength)
  for (let at = 0; at + 16 <= vector.byteLength; at += 16) {
    if (words.getBigUint64(at, true) === BigInt(type))
      return Number(words.getBigUint64(at + 8, true))
  }
  return null
}
