/** Functions that Wine 8 exports but does not fully provide; without either, V8 takes its way for older systems. */
const HALF_PROVIDED = ['VirtualAlloc2', 'MapViewOfFile3']

/**
 * A copy of a Node.js for Windows that does not find those functions. With Wine's, V8 aborts at its start.
 * @throws when one of the names is not there exactly once: then another part of the program would be changed
 */
export function withoutPlaceholders(node: Buffer): Buffer {
  const patched = Buffer.from(node)
  for (const name of HALF_PROVIDED) {
    const wanted = Buffer.from(`\0${name}\0`, 'latin1')
    const at = patched.indexOf(wanted)
    if (at < 0 || patched.includes(wanted, at + 1)) throw new Error(`${name} is not there once`)
    patched.write('X', at + name.length, 'latin1')
  }
  return patched
}
