import type { ProcessRow } from '@taskmanager/contracts'
import type { ViewRow } from './process-view.ts'
import { identityOf, isProcess } from './selection.ts'

/** Chosen processes that still run, each once. */
export function chosenLines(
  lines: readonly ViewRow[],
  chosen: ReadonlySet<string>,
): readonly ViewRow[] {
  if (chosen.size === 0) return []
  const found = new Map<string, ViewRow>()
  for (const line of lines) {
    const identity = identityOf(line)
    if (isProcess(line) && !line.isEnded && chosen.has(identity) && !found.has(identity)) {
      found.set(identity, line)
    }
  }
  return [...found.values()]
}

/** Names of all processes that have children. */
export function namesOfParents(rows: ReadonlyMap<number, ProcessRow>): string[] {
  const parents = [...rows.values()].flatMap((row) => rows.get(row.ppid)?.name ?? [])
  return [...new Set(parents)]
}

/** Names from a process up to the root of its branch, itself included. */
export function namesAbove(rows: ReadonlyMap<number, ProcessRow>, row: ProcessRow): string[] {
  const names = [row.name]
  const MOST = 64 // a torn sample can show a loop
  for (
    let at = rows.get(row.ppid);
    at !== undefined && names.length < MOST;
    at = rows.get(at.ppid)
  ) {
    names.push(at.name)
  }
  return names
}
