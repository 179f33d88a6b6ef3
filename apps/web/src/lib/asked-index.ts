import type { ProcessFigures, UnknownReason } from '@taskmanager/contracts'

/** Figures of one process that are read only while a column shows them. */
export interface AskedOfProcess {
  readonly files: number | null
  /** 100 is one thread that waited for a CPU all the time. */
  readonly waiting: number | null
  readonly unknown: Readonly<Record<string, UnknownReason>>
}

/** By `pid.start_id`. */
export type AskedIndex = ReadonlyMap<string, AskedOfProcess>

export function indexAsked({ processes }: ProcessFigures): AskedIndex {
  return new Map(
    processes.map((one) => [
      `${one.pid}.${one.start_id}`,
      { files: one.num_fds ?? null, waiting: one.run_delay_percent ?? null, unknown: one.unknown },
    ]),
  )
}
