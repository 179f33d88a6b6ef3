import type { Clock } from '../../options.ts'
import { processQuestions } from '../processes/process-questions.ts'
import { sharedSnapshot } from '../processes/snapshot.ts'
import { socketCalls } from '../sockets/socket-calls.ts'
import { WindowsPorts } from './windows-ports.ts'

/** null without koffi, or where this Windows does not name the owners of sockets. */
export function createWindowsPorts(clock: Clock): WindowsPorts | null {
  const sockets = socketCalls()
  const snapshot = sharedSnapshot()
  const questions = processQuestions()
  if (sockets === null || snapshot === null || questions === null) return null
  return new WindowsPorts({ clock, sockets, snapshot, questions })
}
