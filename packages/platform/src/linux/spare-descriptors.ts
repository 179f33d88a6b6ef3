import { closeSync, openSync, readFileSync } from 'node:fs'

/**
 * Descriptors held back for the moment when the system gives no more. What must not fail then, reading the row of a
 * process or ending the one that took them all, gives one of these back, uses its place, and takes it again.
 */
const held: number[] = []
let wanted = 0

/** Holds at least `count`. Called at the start, while there are some. */
export function holdSpares(count: number): void {
  wanted = Math.max(wanted, count)
  restoreSpares()
}

/** Makes room for one descriptor; false when none is held any more. */
export function releaseSpare(): boolean {
  const fd = held.pop()
  if (fd === undefined) return false
  closeSync(fd)
  return true
}

/** Takes back what was given; call it when the descriptor that needed the room is closed. False when there is none. */
export function restoreSpares(): boolean {
  while (held.length < wanted) {
    try {
      held.push(openSync('/dev/null', 'r'))
    } catch {
      return false // none to be had: at the next call
    }
  }
  return true
}

/** Too many open files, in this process (EMFILE) or in the system (ENFILE). */
export const isExhausted = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EMFILE' || code === 'ENFILE'
}

/** As `openSync` for reading, in the place of a spare one if need be. Follow its `closeSync` with `restoreSpares`. */
export function openInNeed(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if (!isExhausted(error) || !releaseSpare()) throw error
    return openSync(file, 'r')
  }
}

/** As `readFileSync`, also when there is no descriptor left. */
export function readInNeed(file: string): Buffer {
  let fd: number | null = null
  try {
    fd = openInNeed(file)
    return readFileSync(fd)
  } finally {
    if (fd !== null) closeSync(fd)
    restoreSpares()
  }
}
