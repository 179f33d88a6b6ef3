import type { Clock } from '../../options.ts'
import { windowCalls } from '../app-windows.ts'
import { ownPlace } from '../control/protected-processes.ts'
import { processQuestions } from '../processes/process-questions.ts'
import { sharedSnapshot } from '../processes/snapshot.ts'
import { serviceCalls } from '../services/service-calls.ts'
import { socketCalls } from '../sockets/socket-calls.ts'
import { CURRENT_PROCESS, tokenCalls } from '../tokens.ts'
import { detailCalls } from './detail-calls.ts'
import { WindowsProcessDetail } from './windows-detail.ts'

/** null without koffi. */
export function createWindowsDetail(clock: Clock): WindowsProcessDetail | null {
  const snapshot = sharedSnapshot()
  const questions = processQuestions()
  const details = detailCalls()
  if (snapshot === null || questions === null || details === null) return null
  return new WindowsProcessDetail({
    clock,
    snapshot,
    details,
    questions,
    sockets: socketCalls(),
    windows: windowCalls(),
    services: serviceCalls(),
    own: ownPlace(),
    ownSid: tokenCalls()?.sidOf(CURRENT_PROCESS) ?? null,
  })
}
