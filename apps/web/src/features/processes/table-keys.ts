import type { KeyboardEvent } from 'react'
import { getPreferences } from '../../stores/preferences.ts'
import type { ViewRow } from './process-view.ts'
import { choose, chooseAll, extend, NO_SELECTION, type Selection } from './selection.ts'

export interface TableActions {
  readonly lines: readonly ViewRow[]
  readonly selection: Selection
  readonly pageSize: number
  readonly setSelection: (next: Selection, line: ViewRow | null) => void
  readonly openAll: () => void
  readonly toggle: (line: ViewRow) => void
  readonly open: (line: ViewRow) => void
  readonly end: (force: boolean) => void
  readonly suspend: () => void
  readonly flip: () => void
  readonly holdOrder: () => void
  readonly sortBy: (column: string) => void
  readonly copy: () => void
  /** ↑ on the first row: up to the headers. */
  readonly toHeader: () => void
  readonly menu: (line: ViewRow) => void
}

/** Keys of the list (ui.md section 8). What is used here goes no further. */
export function handleTableKey(event: KeyboardEvent, actions: TableActions): void {
  if (event.target !== event.currentTarget) return
  const used = event.ctrlKey || event.metaKey ? control(event, actions) : plain(event, actions)
  if (!used) return
  event.preventDefault()
  event.stopPropagation()
}

function control(event: KeyboardEvent, { lines, selection, setSelection, copy }: TableActions) {
  if (event.key === 'a') setSelection(chooseAll(selection, lines), null)
  else if (event.key === 'c') copy()
  else return false
  return true
}

function plain(event: KeyboardEvent, actions: TableActions): boolean {
  const { lines, selection, toggle } = actions
  const at = lines.findIndex((line) => line.key === selection.cursor)
  const line = lines[at]
  if (event.key === 'ArrowUp' && !event.shiftKey && at === 0) {
    actions.toHeader()
    return true
  }
  if (
    line !== undefined &&
    (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))
  ) {
    actions.menu(line)
    return true
  }
  const target = moveTarget(event.key, at, lines.length, actions.pageSize)
  if (target !== null) {
    const next = lines[target]
    if (next === undefined) return true
    actions.setSelection(event.shiftKey ? extend(selection, next, lines) : choose(next), next)
    return true
  }
  switch (event.key) {
    case 'ArrowRight':
      if (line?.isParent === true && !line.isOpen) toggle(line)
      else if (line?.isOpen === true) moveTo(actions, lines[at + 1])
      return true
    case 'ArrowLeft':
      if (line?.isOpen === true) toggle(line)
      else if (line !== undefined) moveTo(actions, parentOf(lines, at))
      return true
    case 'Enter':
      if (line !== undefined) actions.open(line)
      return true
    case 'Delete':
      actions.end(event.shiftKey)
      return true
    case 'Escape':
      if (selection.chosen.size === 0) return false
      actions.setSelection(NO_SELECTION, null)
      return true
    case ' ':
      actions.holdOrder()
      return true
    case '*':
      actions.openAll()
      return true
    default:
      return getPreferences().letterShortcuts && letter(event.key, actions)
  }
}

const SORT_LETTERS: Record<string, string> = { c: 'cpu', m: 'memory', d: 'write' }

function letter(key: string, actions: TableActions): boolean {
  const column = SORT_LETTERS[key]
  if (column !== undefined) actions.sortBy(column)
  else if (key === 's') actions.suspend()
  else if (key === 't') actions.flip()
  else return false
  return true
}

function moveTo(actions: TableActions, line: ViewRow | undefined): void {
  if (line !== undefined) actions.setSelection(choose(line), line)
}

function parentOf(lines: readonly ViewRow[], at: number): ViewRow | undefined {
  const depth = lines[at]?.depth ?? 0
  return lines.slice(0, at).findLast((line) => line.depth < depth)
}

/** Where a movement key leads from line `at` (−1: none yet); `null`: not a movement. */
function moveTarget(key: string, at: number, count: number, pageSize: number): number | null {
  const last = count - 1
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, at + 1)
    case 'ArrowUp':
      return at === -1 ? last : Math.max(0, at - 1)
    case 'PageDown':
      return Math.min(last, Math.max(0, at) + pageSize)
    case 'PageUp':
      return Math.max(0, at - pageSize)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}
