import { stat } from 'node:fs/promises'
import path from 'node:path'
import { readResultOf } from '../read-result.ts'

/**
 * Whole seconds since a terminal was last read: since something was last typed, as w(1) has it. null: it is no terminal
 * that is a file, as that of a desktop is none.
 */
export async function terminalIdleSeconds(
  devRoot: string,
  line: string,
  nowMs: number,
): Promise<number | null> {
  if (!/^(?:pts\/\d+|[a-z]+[a-zA-Z0-9]*)$/.test(line)) return null
  try {
    const { atimeMs } = await stat(path.join(devRoot, line))
    return Math.max(0, Math.round((nowMs - atimeMs) / 1000))
  } catch (error) {
    readResultOf(error)
    return null
  }
}
