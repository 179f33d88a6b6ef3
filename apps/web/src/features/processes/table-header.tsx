import { useRef, type CSSProperties, type PointerEvent } from 'react'
import { Icon } from '../../components/icon.tsx'
import { heatBar } from '../../lib/heat.ts'
import type { Sort } from '../../lib/sort.ts'
import type { Column, ColumnId } from './columns.ts'
import type { HeaderTotal } from './use-totals.ts'

interface TableHeaderProps {
  readonly columns: readonly Column[]
  readonly sort: Sort
  readonly totals: Partial<Record<ColumnId, HeaderTotal>>
  readonly onSort: (column: Column) => void
  readonly onWidth: (column: ColumnId, width: number | null) => void
}

const LEAST_WIDTH = 48
const KEY_STEP = 8

/** Totals of the machine above the labels; a bar under each says its share. */
export function TableHeader({ columns, sort, totals, onSort, onWidth }: TableHeaderProps) {
  return (
    <div role="row" aria-rowindex={1} className="row thead">
      {columns.map((column, index) => {
        const total = totals[column.id]
        const isSorted = sort.column === column.id
        const names = [
          'cell',
          'th',
          column.isText ? 'txt' : 'num',
          total?.share != null && column.hue !== undefined && `heat hue-${column.hue}`,
        ].filter(Boolean)
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={index + 1}
            className={names.join(' ')}
            title={total?.hint}
            style={{ '--w': heatBar(total?.share ?? null).toFixed(3) } as CSSProperties}
            {...(isSorted && { 'aria-sort': sort.descending ? 'descending' : 'ascending' })}
          >
            {total !== undefined && (
              <span className="tot">
                {total.text}
                {total.unit !== undefined && <span className="u"> {total.unit}</span>}
              </span>
            )}
            {column.sortable ? (
              <button type="button" className="lab" tabIndex={-1} onClick={() => onSort(column)}>
                <Label column={column} />
                {isSorted && (
                  <span className={sort.descending ? 'dir' : 'dir up'}>
                    <Icon name="chevron-down" />
                  </span>
                )}
              </button>
            ) : (
              <span className="lab">
                <Label column={column} />
              </span>
            )}
            {index > 0 && <Edge column={column} onWidth={onWidth} />}
          </div>
        )
      })}
    </div>
  )
}

function Label({ column }: { readonly column: Column }) {
  return (
    <>
      {column.title}
      {column.unit !== undefined && <span className="u"> {column.unit}</span>}
    </>
  )
}

/** Left edge of a column: drag, arrow keys by 8 px, double-click for the standard width. */
function Edge({ column, onWidth }: { column: Column; onWidth: TableHeaderProps['onWidth'] }) {
  const drag = useRef<{ x: number; width: number } | null>(null)
  const widthOf = (edge: HTMLElement): number => edge.parentElement?.offsetWidth ?? column.width
  const move = (event: PointerEvent<HTMLSpanElement>) => {
    if (drag.current === null) return
    onWidth(column.id, Math.max(LEAST_WIDTH, drag.current.width + drag.current.x - event.clientX))
  }
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.title}`}
      aria-valuenow={column.width}
      className="edge"
      tabIndex={-1}
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX, width: widthOf(event.currentTarget) }
      }}
      onPointerMove={move}
      onPointerUp={() => (drag.current = null)}
      onDoubleClick={() => onWidth(column.id, null)}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowLeft' ? KEY_STEP : event.key === 'ArrowRight' ? -KEY_STEP : 0
        if (by === 0) return
        event.preventDefault()
        event.stopPropagation()
        onWidth(column.id, Math.max(LEAST_WIDTH, widthOf(event.currentTarget) + by))
      }}
    />
  )
}
