import type { Clock } from '../../options.ts'
import { ownUserName } from '../../own-user.ts'
import { windowCalls } from '../app-windows.ts'
import { ProcessList, type ThreadStates } from '../processes/process-list.ts'
import { processQuestions } from '../processes/process-questions.ts'
import { sharedSnapshot } from '../processes/snapshot.ts'
import { CURRENT_PROCESS, tokenCalls } from '../tokens.ts'
import { controlCalls } from './control-calls.ts'
import { ownPlace } from './protected-processes.ts'
import { WindowsProcessControl } from './windows-control.ts'

/** null without koffi. */
export function createWindowsControl(clock: Clock): WindowsProcessControl | null {
  const calls = controlCalls()
  const questions = processQuestions()
  const snapshot = sharedSnapshot()
  if (calls === null || questions === null || snapshot === null) return null
  const list = new ProcessList()
  const threadsOf = (pid: number): ThreadStates | null => {
    snapshot.take(list)
    while (list.advance()) if (list.pid === pid) return list.threadStates()
    return null
  }
  const elevated = tokenCalls()?.isElevated(CURRENT_PROCESS) ?? null
  const opensOthers = elevated === true && tokenCalls()?.openOthers() === true
  return new WindowsProcessControl({
    clock,
    calls,
    questions,
    windows: windowCalls(),
    threadsOf,
    own: ownPlace(),
    ownUser: ownUserName(),
    // What an administrator may not open for want of the right is no matter of Windows' own protection.
    elevated: elevated === true ? opensOthers : elevated,
  })
}
