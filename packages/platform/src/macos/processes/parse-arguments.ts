import { needBytes, textEnd } from '../bytes.ts'

/**
 * Arguments of a process from `sysctl(KERN_PROCARGS2)`: an int with their number, the path of the program, NULs up to
 * a multiple of the word, the arguments, and behind them the environment, which is not looked at.
 * Source: `getproclline` in ps(1) of adv_cmds.
 * @param most bytes of arguments that are read
 * @returns null when there are none: a process that is just executing
 * @throws ProcParseError when not even the number is there
 */
export function parseArguments(bytes: Buffer, most: number): string[] | null {
  needBytes('KERN_PROCARGS2', bytes, 4)
  const count = bytes.readInt32LE(0)
  let at = textEnd(bytes, 4, bytes.length - 4)
  while (at < bytes.length && bytes[at] === 0) at++
  const end = Math.min(bytes.length, at + most)
  const found: string[] = []
  while (found.length < count && at < end) {
    const stop = textEnd(bytes, at, end - at)
    found.push(bytes.toString('utf8', at, stop))
    at = stop + 1
  }
  return found.length === 0 ? null : found
}
