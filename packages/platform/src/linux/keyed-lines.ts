/**
 * Value of a line `Key: 123` (proc_pid_io(5), smaps_rollup, status), parsed in place; -1 when there is none.
 * @param key with its colon, at the beginning of a line
 */
export function lineValue(bytes: Buffer, length: number, key: Buffer): number {
  let at = bytes.indexOf(key)
  while (at > 0 && at < length && bytes[at - 1] !== 10) at = bytes.indexOf(key, at + 1)
  if (at < 0 || at + key.length >= length) return -1
  at += key.length
  while (bytes[at] === 32 || bytes[at] === 9) at++
  const from = at
  let value = 0
  for (; at < length; at++) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  return at === from || at - from > 20 ? -1 : value
}
