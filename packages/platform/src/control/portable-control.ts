import {
  failedReport,
  type ControlReport,
  type ControlTarget,
  type Holding,
  type ProcessControl,
} from './process-control.ts'

/** Where a process cannot be told from a later one with its pid, nothing is sent. */
export class PortableProcessControl implements ProcessControl {
  readonly supported = false

  act(target: ControlTarget): Promise<ControlReport> {
    return Promise.resolve(notSupported(target))
  }

  hold(target: ControlTarget): Promise<Holding> {
    return Promise.resolve({ report: notSupported(target), held: null })
  }

  stopWatching(): void {}
}

const notSupported = (target: ControlTarget): ControlReport =>
  failedReport(target, 'Processes cannot be controlled on this system yet. Nothing was sent.')
