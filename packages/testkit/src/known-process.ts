import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A process a test started and will end; dispose of it with `await using`. */
export interface KnownProcess extends AsyncDisposable {
  pid: number
  child: ChildProcess
  /** Settles when it has ended and was collected, with its exit code or signal. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Wraps a started child. Ending it twice, or after it ended by itself, is fine. */
export function dispose(child: ChildProcess): KnownProcess {
  if (child.pid === undefined) throw new Error(`could not start ${child.spawnfile}`)
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }))
  return {
    pid: child.pid,
    child,
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}
