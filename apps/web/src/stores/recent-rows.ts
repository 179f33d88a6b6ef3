/**
 * The last three pictures of the list: sort keys, tints and bars use their mean, so that they do not flicker.
 *
 *   recentFigures(row).cpu     // null: unknown in all three
 */
import type { ProcessRow } from '@taskmanager/contracts'
import { figuresOf, type Figures } from '../lib/process-tree.ts'
import { liveProcesses } from './live-processes.ts'

const SAMPLES = 3

let pictures: ReadonlyMap<number, ProcessRow>[] = []
/** Of the newest picture: asked for again with each letter of a filter. */
let known = new Map<ProcessRow, Figures>()

liveProcesses.subscribe(() => {
  const { rows } = liveProcesses.get()
  if (rows === pictures[0]) return
  pictures = [rows, ...pictures].slice(0, SAMPLES)
  known = new Map()
})

/** Means of what the list says of a process; what comes beside it is unknown here. */
export function recentFigures(row: ProcessRow): Figures {
  let figures = known.get(row)
  if (figures === undefined) {
    figures = meanOf(row)
    known.set(row, figures)
  }
  return figures
}

function meanOf(row: ProcessRow): Figures {
  const past: ProcessRow[] = []
  let isSteady = true
  for (const rows of pictures) {
    const one = rows.get(row.pid)
    if (one === undefined || one.start_id !== row.start_id) continue
    past.push(one)
    isSteady &&= one === row
  }
  // It is as it was in all three pictures, as most rows of a long list are: its means are its values.
  if (isSteady) return figuresOf(row)
  return {
    ...figuresOf(row),
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
