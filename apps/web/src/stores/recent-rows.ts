/**
 * The last three pictures of the list: sort keys, tints and bars use their mean, so that they do not flicker.
 *
 *   recentMean(row, 'cpu_percent')     // null: unknown in all three
 */
import type { ProcessRow } from '@taskmanager/contracts'
import { liveProcesses } from './live-processes.ts'

const SAMPLES = 3

export type MeanField =
  | 'cpu_percent'
  | 'memory'
  | 'read_bytes_per_second'
  | 'write_bytes_per_second'
  | 'num_threads'

let pictures: ReadonlyMap<number, ProcessRow>[] = []

liveProcesses.subscribe(() => {
  const { rows } = liveProcesses.get()
  if (rows !== pictures[0]) pictures = [rows, ...pictures].slice(0, SAMPLES)
})

export function recentMean(row: ProcessRow, field: MeanField): number | null {
  let sum = 0
  let count = 0
  for (const rows of pictures) {
    const past = rows.get(row.pid)
    const value = past?.start_id === row.start_id ? past[field] : null
    if (value === null) continue
    sum += value
    count += 1
  }
  return count === 0 ? null : sum / count
}

/** It is as it was in all three pictures: its means are its values. Most rows of a long list are. */
export function isSteady(row: ProcessRow): boolean {
  return pictures.every((rows) => {
    const past = rows.get(row.pid)
    return past === row || past === undefined || past.start_id !== row.start_id
  })
}
