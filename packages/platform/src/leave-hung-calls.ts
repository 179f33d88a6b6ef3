import { cLibrary, koffiOrNull } from './ffi.ts'
import { unansweredCalls } from './unanswered-calls.ts'

/**
 * The last thing at the exit of the process: Node waits for its threads, and so for ever for one that waits for a mount
 * that never answers. Where one may, the process ends here, with its code. Source: _exit(2).
 */
export function leaveHungCalls(code: number): void {
  const koffi = koffiOrNull()
  if (process.platform !== 'linux' || koffi === null || !unansweredCalls.areUnderWay) return
  cLibrary(koffi).func('void _exit(int code)')(code)
}
