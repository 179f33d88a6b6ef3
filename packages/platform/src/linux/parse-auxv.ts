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
