const LARGEST_PID = 2 ** 31 - 1
const [NEWLINE, SPACE, ZERO] = [10, 32, 48]

/** The pid given out last in this pid namespace: the last field of proc_loadavg(5). null when it is not there. */
export function parseLatestPid(bytes: Uint8Array, length: number): number | null {
  let at = length - 1
  if (bytes[at] === NEWLINE) at--
  let pid = 0
  let scale = 1
  for (; at >= 0 && bytes[at] !== SPACE; at--, scale *= 10) {
    const digit = (bytes[at] as number) - ZERO
    if (digit < 0 || digit > 9 || scale > LARGEST_PID) return null
    pid += digit * scale
  }
  return at >= 0 && scale > 1 && pid <= LARGEST_PID ? pid : null
}
