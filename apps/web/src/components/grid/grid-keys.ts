import type { KeyboardEvent } from 'react'
import { getPreferences } from '../../stores/preferences.ts'
import { NO_SELECTION, type Selection, type SelectionRules } from './selection.ts'

/** A line the keyboard can be on. */
export interface GridLine {
  readonly key: string
  readonly depth: number
  readonly isParent: boolean
  readonly isOpen: boolean
}

export interface GridActions<Line extends GridLine> {
  readonly lines: readonly Line[]
  /** Of these Ctrl A takes all. */
  readonly choosable: readonly Line[]
  readonly selection: Selection
  readonly rules: SelectionRules<Line>
  readonly pageSize: number
  readonly setSelection: (next: Selection, line: Line | null) => void
  /** Where lines open and close. */
  readonly openAll?: () => void
  readonly toggle?: (line: Line) => void
  readonly open: (line: Line) => void
  readonly end: (force: boolean) => void
  readonly suspend?: () => void
  /** Tree or flat, where the list has both. */
  readonly flip?: () => void
  readonly holdOrder: () => void
  readonly sortBy: (figure: SortLetter) => void
  readonly copy: () => void
  /** ↑ on the first row: up to the headers. */
  readonly toHeader: () => void
  readonly menu: (line: Line) => void
}

export type SortLetter = 'cpu' | 'memory' | 'disk' | 'network'

/** Keys of the list (ui.md section 8). What is used here goes no further. */
export function handleGridKey<Line extends GridLine>(
  event: KeyboardEvent,
  actions: GridActions<Line>,
): void {
  // Alt and an arrow are Back and Forward of the browser.
  if (event.target !== event.currentTarget || event.altKey) return
  const used = event.ctrlKey || event.metaKey ? control(event, actions) : plain(event, actions)
  if (!used) return
  event.preventDefault()
  event.stopPropagation()
}

function control<Line extends GridLine>(event: KeyboardEvent, actions: GridActions<Line>) {
  const { rules, selection, choosable, setSelection, copy } = actions
  if (event.key === 'a') setSelection(rules.chooseAll(selection, choosable), null)
  else if (event.key === 'c') copy()
  else return false
  return true
}

function plain<Line extends GridLine>(event: KeyboardEvent, actions: GridActions<Line>): boolean {
  const { lines, selection, rules, toggle } = actions
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
    actions.setSelection(
      event.shiftKey ? rules.extend(selection, next, lines) : rules.choose(next),
      next,
    )
    return true
  }
  switch (event.key) {
    case 'ArrowRight':
      if (line?.isParent === true && !line.isOpen) toggle?.(line)
      else if (line?.isOpen === true) moveTo(actions, lines[at + 1])
      return true
    case 'ArrowLeft':
      if (line?.isOpen === true) toggle?.(line)
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
    default:
      return getPreferences().letterShortcuts && letter(event.key, actions)
  }
}

const SORT_LETTERS: Record<string, SortLetter> = { c: 'cpu', m: 'memory', d: 'disk', n: 'network' }

function letter<Line extends GridLine>(key: string, actions: GridActions<Line>): boolean {
  const column = SORT_LETTERS[key]
  if (column !== undefined) actions.sortBy(column)
  else if (key === 's' && actions.suspend !== undefined) actions.suspend()
  else if (key === '*' && actions.openAll !== undefined) actions.openAll()
  else if (key === 't' && actions.flip !== undefined) actions.flip()
  else return false
  return true
}

function moveTo<Line extends GridLine>(actions: GridActions<Line>, line: Line | undefined): void {
  if (line !== undefined) actions.setSelection(actions.rules.choose(line), line)
}

function parentOf<Line extends GridLine>(lines: readonly Line[], at: number): Line | undefined {
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
