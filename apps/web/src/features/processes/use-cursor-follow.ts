import { useEffect, useRef } from 'react'
import { liveProcesses } from '../../stores/live-processes.ts'
import type { ViewRow } from './process-view.ts'
import type { Selection } from '../../components/grid/selection.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

/**
 * The keyboard stays on its process through refresh, sort and filter. When that ended and its row has left, it goes to
 * the row that took its place; nothing is chosen by that.
 */
export function useCursorFollow(
  lines: readonly ViewRow[],
  selection: Selection,
  setSelection: (next: Selection) => void,
): void {
  const place = useRef<{ cursor: string; at: number } | null>(null)
  useEffect(() => {
    const { cursor } = selection
    if (cursor === null) {
      place.current = null
      return
    }
    const at = lines.findIndex((line) => line.key === cursor)
    if (at !== -1) {
      place.current = { cursor, at }
      return
    }
    const before = place.current
    if (before?.cursor !== cursor || isRunning(cursor)) return
    const next = lines[Math.min(before.at, lines.length - 1)]
    if (next === undefined) return
    const chosen = new Set(selection.chosen)
    chosen.delete(cursor)
    setSelection({ chosen, cursor: next.key, anchor: next.key })
  }, [lines, selection, setSelection])
}

/** Filtered out or folded away, but there. */
function isRunning(key: string): boolean {
  const [identity = ''] = key.split(':')
  const row = liveProcesses.get().rows.get(Number.parseInt(identity, 10))
  return row !== undefined && identity === keyOfProcess(row)
}
