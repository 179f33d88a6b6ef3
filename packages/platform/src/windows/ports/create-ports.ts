import type { Clock } from '../../options.ts'
import { listCalls } from '../processes/list-calls.ts'
import { processQuestions } from '../processes/process-questions.ts'
import { socketCalls } from '../sockets/socket-calls.ts'
import { WindowsPorts } from './windows-ports.ts'

/** null without koffi, or where this Windows does not name the owners of sockets. */
export function createWindowsPorts(clock: Clock): WindowsPorts | null {
  const sockets = socketCalls()
  const calls = listCalls()
  const questions = processQuestions()
  if (sockets === null || calls === null || questions === null) return null
  return new WindowsPorts({ clock, sockets, calls, questions })
}
