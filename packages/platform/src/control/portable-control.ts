import type { ControlReport, ControlTarget, Holding, ProcessControl } from './process-control.ts'

/** Where a process cannot be told from a later one with its pid, nothing is sent. */
export class PortableProcessControl implements ProcessControl {
  readonly supported = false

  act(target: ControlTarget): Promise<ControlReport> {
    return Promise.resolve(notSupported(target))
  }

  hold(target: ControlTarget): Promise<Holding> {
    return Promise.resolve({ report: notSupported(target), held: null })
  }
}

function notSupported(target: ControlTarget): ControlReport {
  return {
    pid: target.pid,
    startId: target.startId,
    result: 'failed',
    name: null,
    user: null,
    ownUser: null,
    identity: null,
    status: null,
    owner: null,
    nice: null,
    reason: 'Processes cannot be controlled on this system yet. Nothing was sent.',
  }
}
