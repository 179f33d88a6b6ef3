import type { ViewRow } from './process-view.ts'

/** Chosen processes by identity, the line the keyboard is on, and where a range began. */
export interface Selection {
  readonly chosen: ReadonlySet<string>
  readonly cursor: string | null
  readonly anchor: string | null
}

export const NO_SELECTION: Selection = { chosen: new Set(), cursor: null, anchor: null }

/** A process that can be chosen: neither a fold nor those that are gone. */
export const isProcess = ({ kind }: ViewRow): boolean => kind === 'process' || kind === 'itself'

/** `pid.start_id` of the process a line stands for. */
export const identityOf = (line: ViewRow): string => `${line.row.pid}.${line.row.start_id}`

export function choose(line: ViewRow): Selection {
  const chosen = new Set(isProcess(line) ? [identityOf(line)] : [])
  return { chosen, cursor: line.key, anchor: line.key }
}

export function toggle(before: Selection, line: ViewRow): Selection {
  const chosen = new Set(before.chosen)
  const identity = identityOf(line)
  if (isProcess(line) && !chosen.delete(identity)) chosen.add(identity)
  return { chosen, cursor: line.key, anchor: line.key }
}

/** From the anchor to this line; what was chosen before is let go. */
export function extend(before: Selection, line: ViewRow, lines: readonly ViewRow[]): Selection {
  const from = lines.findIndex((one) => one.key === before.anchor)
  const to = lines.indexOf(line)
  if (from === -1 || to === -1) return choose(line)
  const range = lines.slice(Math.min(from, to), Math.max(from, to) + 1)
  return {
    chosen: new Set(range.filter(isProcess).map(identityOf)),
    cursor: line.key,
    anchor: before.anchor,
  }
}

export function chooseAll(before: Selection, lines: readonly ViewRow[]): Selection {
  return {
    ...before,
    chosen: new Set(lines.filter((one) => isProcess(one) && !one.isDimmed).map(identityOf)),
  }
}
