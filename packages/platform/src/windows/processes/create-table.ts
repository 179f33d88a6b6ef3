import type { Clock } from '../../options.ts'
import { windowCalls } from '../app-windows.ts'
import { listCalls } from './list-calls.ts'
import { processQuestions } from './process-questions.ts'
import { WindowsProcessTable } from './windows-process-table.ts'

/** null without koffi. */
export function createWindowsProcessTable(
  clock: Clock,
  firstBytes?: number,
): WindowsProcessTable | null {
  const calls = listCalls()
  const questions = processQuestions()
  if (calls === null || questions === null) return null
  const size = firstBytes === undefined ? {} : { firstBytes }
  return new WindowsProcessTable({ clock, calls, questions, windows: windowCalls(), ...size })
}
