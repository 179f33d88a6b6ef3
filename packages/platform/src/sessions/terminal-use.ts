import { stat } from 'node:fs/promises'
import path from 'node:path'
import { readResultOf } from '../read-result.ts'

/**
 * When a terminal was last read, epoch milliseconds: when something was last typed, as w(1) has it. null: it is no
 * terminal that is a file, as that of a desktop is none.
 */
export async function lastUsedMs(devRoot: string, line: string): Promise<number | null> {
  if (!/^(?:pts\/\d+|[a-z]+[a-zA-Z0-9]*)$/.test(line)) return null
  try {
    return (await stat(path.join(devRoot, line))).atimeMs
  } catch (error) {
    readResultOf(error)
    return null
  }
}

export const idleSeconds = (nowMs: number, usedMs: number): number =>
  Math.max(0, Math.round((nowMs - usedMs) / 1000))
