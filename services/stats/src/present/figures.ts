import type { AskedField, AskedFigures, ProcessFigures } from '@taskmanager/contracts'
import { runDelayPercent } from '@taskmanager/metrics'
import type { AskedProcess } from '@taskmanager/platform'
import type { Reading } from '../asked-figures.ts'
import { percent as rounded } from './round.ts'

export const keyOf = (pid: number, startId: string): string => `${pid}.${startId}`

/** Only what was asked for, as the wire has it. */
export function presentFigures(
  { sample, before }: Reading,
  fields: ReadonlySet<AskedField>,
): ProcessFigures {
  return {
    processes: sample.processes.map((process) => {
      const shown: AskedFigures = { pid: process.pid, start_id: process.startId, unknown: {} }
      if (fields.has('num_fds')) addDescriptors(shown, process)
      if (fields.has('run_delay_percent')) addRunDelay(shown, process, before)
      return shown
    }),
    complete: sample.complete,
    sampled_at_ms: Math.round(sample.epochMs),
  }
}

function addDescriptors(shown: AskedFigures, { descriptors }: AskedProcess): void {
  shown.num_fds = typeof descriptors === 'number' ? descriptors : null
  if (descriptors === 'denied') shown.unknown['num_fds'] = 'not_permitted'
  if (descriptors === 'failed') shown.unknown['num_fds'] = 'failed'
}

function addRunDelay(
  shown: AskedFigures,
  { pid, startId, runDelay }: AskedProcess,
  before: Reading['before'],
): void {
  const percent =
    runDelay == null ? null : runDelayPercent(before.get(keyOf(pid, startId)), runDelay)
  shown.run_delay_percent = rounded(percent)
  if (percent === null) {
    shown.unknown['run_delay_percent'] = runDelay == null ? 'not_reported' : 'first_sample'
  }
}
