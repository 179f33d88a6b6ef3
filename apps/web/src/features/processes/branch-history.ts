import type { ProcessNode } from '../../lib/process-tree.ts'
import { sumMinutes, type MinuteOfValues } from '../../lib/second-history.ts'
import { cpuHistory } from '../../stores/live-processes.ts'
import type { ViewRow } from './process-view.ts'

/**
 * The minute of CPU a line draws: of the process, or summed over what the line stands for; `null`: none yet. Members
 * that ended since are not in it any more.
 */
export function lineHistory(line: ViewRow): MinuteOfValues | null {
  return line.branches.length === 0
    ? cpuHistory(line.row.pid, line.row.start_id)
    : sumMinutes(minutesOf(line.branches))
}

function* minutesOf(nodes: readonly ProcessNode[]): Generator<MinuteOfValues | null> {
  for (const { row, children } of nodes) {
    yield cpuHistory(row.pid, row.start_id)
    yield* minutesOf(children)
  }
}
