import type { ProcessRow } from '@taskmanager/contracts'
import { selectionOf } from '../../components/grid/selection.ts'
import { targetOf, type Target } from '../../stores/commands.ts'
import type { AppRowLine } from './app-lines.ts'

/** Apps and single processes are chosen by their keys, which are their identities; what is folded is opened first. */
export const appSelection = selectionOf((line: AppRowLine) =>
  line.kind === 'more' ? null : line.key,
)

/** Every process the chosen lines stand for, each once, by identity; the service never widens this list. */
export function targetsOf(
  lines: readonly AppRowLine[],
  rows: ReadonlyMap<number, ProcessRow>,
): Target[] {
  const found = new Map<number, ProcessRow>()
  for (const line of lines) {
    if (line.kind === 'process') found.set(line.row.pid, line.row)
    if (line.kind !== 'app' || line.isEnded) continue
    for (const pid of line.app.pids) {
      const row = rows.get(pid)
      if (row !== undefined) found.set(pid, row)
    }
  }
  return [...found.values()].map(targetOf)
}

/** What the chosen lines are called together. */
export function titleOfLines(lines: readonly AppRowLine[]): string {
  const [first] = lines
  if (first === undefined) return ''
  if (lines.length > 1) {
    const isApps = lines.every(({ kind }) => kind === 'app')
    return isApps ? `${lines.length} apps` : `${lines.length} selected`
  }
  return first.kind === 'process' ? `${first.row.name}, PID ${first.row.pid}` : first.app.name
}

/** `End` of single processes, `Close app` of whole ones. */
export function endTextOf(lines: readonly AppRowLine[]): string {
  if (lines.some(({ kind }) => kind === 'process')) return 'End'
  return lines.length > 1 ? `Close ${lines.length} apps` : 'Close app'
}
