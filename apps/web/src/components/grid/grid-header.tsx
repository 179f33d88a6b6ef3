import {
  useState,
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import { heatBar } from '../../lib/heat.ts'
import type { Sort } from '../../lib/sort.ts'
import { Icon } from '../icon.tsx'
import { ColumnEdge } from './column-edge.tsx'
import type { GridColumn } from './grid-column.ts'
import { useMachineTotals } from './use-machine-totals.ts'

interface GridHeaderProps<Column extends GridColumn> {
  readonly columns: readonly Column[]
  readonly sort: Sort
  readonly onSort: (column: Column) => void
  readonly onWidth: (column: string, width: number) => void
  /** ↓ or Esc: back to the rows. */
  readonly onLeave: () => void
}

/**
 * Totals of the machine above the labels; a bar under each says its share. ↑ from the first row comes here, ← and →
 * choose a header, Tab goes on to its edge.
 */
export function GridHeader<Column extends GridColumn>(props: GridHeaderProps<Column>) {
  const { columns, sort, onSort, onWidth, onLeave } = props
  const totals = useMachineTotals()
  const [focused, setFocused] = useState<string | null>(null)
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if ((event.target as HTMLElement).dataset['head'] === undefined) return
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by !== 0) step(event.currentTarget, event.target as HTMLElement, by)
    else if (event.key === 'ArrowDown' || event.key === 'Escape') onLeave()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the buttons in it have the focus
    <div
      role="row"
      aria-rowindex={1}
      className="row thead"
      onKeyDown={onKey}
      onFocus={(event: FocusEvent<HTMLElement>) =>
        setFocused(event.target.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? null)
      }
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(null)
      }}
      onClick={(event: MouseEvent) => event.stopPropagation()}
    >
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
            data-column={column.id}
            className={names.join(' ')}
            title={total?.hint}
            style={{ '--w': heatBar(total?.share ?? null).toFixed(3) } as CSSProperties}
            {...(isSorted && { 'aria-sort': sort.descending ? 'descending' : 'ascending' })}
          >
            {total !== undefined && (
              <span className="tot">
                {total.text}
                {total.unit !== undefined && <span className="u">{`\u202f${total.unit}`}</span>}
              </span>
            )}
            {column.sortable ? (
              <button
                type="button"
                className="lab"
                data-head={column.id}
                tabIndex={-1}
                onClick={() => onSort(column)}
              >
                <Label column={column} />
                {isSorted && (
                  <span className={sort.descending ? 'dir' : 'dir up'}>
                    <Icon name="chevron-down" />
                  </span>
                )}
              </button>
            ) : (
              <span className="lab" data-head={column.id} tabIndex={-1}>
                <Label column={column} />
              </span>
            )}
            {index > 0 && (
              <ColumnEdge
                column={column}
                index={index}
                isStop={focused === column.id}
                onWidth={onWidth}
              />
            )}
          </div>
        )
      })}
    </div>
  )
}

function step(row: HTMLElement, from: HTMLElement, by: number): void {
  const heads = [...row.querySelectorAll<HTMLElement>('[data-head]')]
  heads[heads.indexOf(from) + by]?.focus()
}

function Label({ column }: { readonly column: GridColumn }) {
  return (
    <>
      {column.title}
      {column.unit !== undefined && <span className="u"> {column.unit}</span>}
    </>
  )
}
