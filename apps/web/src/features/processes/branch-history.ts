import type { ProcessNode } from '../../lib/process-tree.ts'
import type { MinuteOfValues } from '../../lib/second-history.ts'
import { cpuHistory } from '../../stores/live-processes.ts'
import type { ViewRow } from './process-view.ts'

/** The minute of CPU a line draws: of the process, or summed over what the line stands for; `null`: none yet. */
export function lineHistory(line: ViewRow): MinuteOfValues | null {
  if (line.branches.length === 0) return cpuHistory(line.row.pid, line.row.start_id)
  const sum = new Float32Array(60).fill(Number.NaN)
  for (const node of line.branches) addBranch(sum, node)
  return sum
}

/** A second is known when one member knew it. Members that ended since are not in it any more. */
function addBranch(sum: Float32Array, { row, children }: ProcessNode): void {
  const values = cpuHistory(row.pid, row.start_id)
  if (values !== null) {
    for (const [second, value] of values.entries()) {
      if (Number.isNaN(value)) continue
      const before = sum[second] ?? Number.NaN
      sum[second] = Number.isNaN(before) ? value : before + value
    }
  }
  for (const child of children) addBranch(sum, child)
}
