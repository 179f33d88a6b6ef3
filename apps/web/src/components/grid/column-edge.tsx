import { useRef, type PointerEvent } from 'react'
import { fitWidth } from './fit-width.ts'
import type { GridColumn } from './grid-column.ts'

interface ColumnEdgeProps {
  readonly column: GridColumn
  /** Place among the columns, from 0. */
  readonly index: number
  /** Tab comes here: its header has the focus. */
  readonly isStop: boolean
  readonly onWidth: (column: string, width: number) => void
}

const LEAST_WIDTH = 48
const MOST_WIDTH = 1200
const KEY_STEP = 8

/** Left edge of a column: drag, ← → by 8 px, double-click or Enter for the width of what is shown. */
export function ColumnEdge({ column, index, isStop, onWidth }: ColumnEdgeProps) {
  const drag = useRef<{ x: number; width: number } | null>(null)
  const widthOf = (edge: HTMLElement): number => edge.parentElement?.offsetWidth ?? column.width
  const set = (width: number) =>
    onWidth(column.id, Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)))
  const fit = (edge: HTMLElement) => {
    const grid = edge.closest<HTMLElement>('.gridtable')
    if (grid !== null) set(fitWidth(grid, index))
  }
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.title}`}
      aria-valuenow={column.width}
      aria-valuemin={LEAST_WIDTH}
      aria-valuemax={MOST_WIDTH}
      className="edge"
      tabIndex={isStop ? 0 : -1}
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX, width: widthOf(event.currentTarget) }
      }}
      onPointerMove={(event: PointerEvent<HTMLSpanElement>) => {
        if (drag.current !== null) set(drag.current.width + drag.current.x - event.clientX)
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
      onDoubleClick={(event) => fit(event.currentTarget)}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowLeft' ? KEY_STEP : event.key === 'ArrowRight' ? -KEY_STEP : 0
        if (by === 0 && event.key !== 'Enter') return
        event.preventDefault()
        event.stopPropagation()
        if (by === 0) fit(event.currentTarget)
        else set(widthOf(event.currentTarget) + by)
      }}
    />
  )
}
