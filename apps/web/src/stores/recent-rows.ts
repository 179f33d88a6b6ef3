/**
 * The last three pictures of the list: sort keys, tints and bars use their mean, so that they do not flicker.
 *
 *   measuredOf(row).figures       // newest
 *   measuredOf(row).means.cpu     // null: unknown in all three
 */
import type { AskedFigures, ProcessRow } from '@taskmanager/contracts'
import type { GpuUse } from '../lib/gpu-use.ts'
import { KeptByPid } from '../lib/kept-by-pid.ts'
import type { NetworkTraffic, NetworkUnknown } from '../lib/network-use.ts'
import { figuresOf, type Figures } from '../lib/process-tree.ts'
import { liveProcesses } from './live-processes.ts'

const SAMPLES = 3

type Pictures = readonly ReadonlyMap<number, ProcessRow>[]

export interface Measured {
  readonly figures: Figures
  /** The same object where they are as they were in all three pictures. */
  readonly means: Figures
}

/** What comes beside the list is the newest in both: the cards' figures are means already, the rest comes more rarely. */
interface Kept extends Measured {
  readonly row: ProcessRow
  readonly use: GpuUse | null
  readonly asked: AskedFigures | null
  readonly traffic: NetworkTraffic | NetworkUnknown | null
  pictures: Pictures
}

let pictures: Pictures = []
const kept = new KeptByPid<Kept>()

liveProcesses.subscribe(() => {
  const { rows } = liveProcesses.get()
  if (rows === pictures[0]) return
  pictures = [rows, ...pictures].slice(0, SAMPLES)
  kept.trim(rows)
})

/** Arguments as of `figuresOf`. */
export function measuredOf(
  row: ProcessRow,
  use: GpuUse | null = null,
  asked: AskedFigures | null = null,
  traffic: NetworkTraffic | NetworkUnknown | null = null,
): Measured {
  const before = kept.of(row)
  const isSame = before?.use === use && before.asked === asked && before.traffic === traffic
  if (isSame && before.pictures === pictures) return before
  const past = rowsOf(row)
  if (isSame && before.means === before.figures && past === null) {
    before.pictures = pictures
    return before
  }
  const figures = isSame ? before.figures : figuresOf(row, use, asked, traffic)
  const means = past === null ? figures : meansOf(figures, past)
  return kept.keep({ row, use, asked, traffic, pictures, figures, means })
}

/** The process in the last pictures; `null`: it was the same in all of them, as most rows of a long list are. */
function rowsOf(row: ProcessRow): ProcessRow[] | null {
  let isSteady = true
  for (const rows of pictures) {
    const one = rows.get(row.pid)
    if (one !== undefined && one !== row && one.start_id === row.start_id) isSteady = false
  }
  if (isSteady) return null
  return pictures.flatMap((rows) => {
    const one = rows.get(row.pid)
    return one?.start_id === row.start_id ? one : []
  })
}

function meansOf(figures: Figures, past: readonly ProcessRow[]): Figures {
  return {
    ...figures,
    cpu: mean(past, 'cpu_percent'),
    memory: mean(past, 'memory'),
    read: mean(past, 'read_bytes_per_second'),
    write: mean(past, 'write_bytes_per_second'),
    threads: mean(past, 'num_threads'),
  }
}

type MeanField =
  | 'cpu_percent'
  | 'memory'
  | 'read_bytes_per_second'
  | 'write_bytes_per_second'
  | 'num_threads'

function mean(past: readonly ProcessRow[], field: MeanField): number | null {
  let sum = 0
  let count = 0
  for (const row of past) {
    const value = row[field]
    if (value === null) continue
    sum += value
    count += 1
  }
  return count === 0 ? null : sum / count
}
