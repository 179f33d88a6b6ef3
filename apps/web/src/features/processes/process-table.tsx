import { ContextMenu } from '@base-ui/react/context-menu'
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  useEffect,
  useRef,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import type { Sort } from '../../lib/sort.ts'
import { COLUMN_BY_ID, type Column, type ColumnId } from './columns.ts'
import { ProcessTableRow, type RowContext } from './process-row.tsx'
import type { ViewRow } from './process-view.ts'
import { identityOf, isProcess, type Selection } from './selection.ts'
import { useLongPress } from './use-long-press.ts'
import { TableHeader } from './table-header.tsx'
import type { OrderHold } from '../../components/use-order-hold.ts'
import type { HeaderTotal } from './use-totals.ts'

interface ProcessTableProps {
  readonly lines: readonly ViewRow[]
  readonly selection: Selection
  readonly newKeys: ReadonlySet<string>
  readonly context: RowContext
  readonly sort: Sort
  readonly totals: Partial<Record<ColumnId, HeaderTotal>>
  readonly hold: OrderHold
  readonly rowHeight: number
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly menu: ReactNode
  readonly onSort: (column: Column) => void
  readonly onWidth: (column: ColumnId, width: number) => void
  readonly onPick: (line: ViewRow | null, event: MouseEvent) => void
  /** A finger rests on a line. */
  readonly onHeld: (line: ViewRow) => void
  readonly onOpen: (line: ViewRow) => void
  readonly onToggle: (line: ViewRow) => void
  readonly onKey: (event: KeyboardEvent, pageSize: number) => void
}

/** Narrower than its numbers may need. */
const isCramped = ({ id, width }: Column): boolean => width < (COLUMN_BY_ID.get(id)?.width ?? 0)

const OVERSCAN = 12
const HEADER_HEIGHT = 48

/** The grid: one tab stop, a virtual list on one moved layer, header and cells on one grid template. */
export function ProcessTable(props: ProcessTableProps) {
  const { lines, selection, newKeys, context, hold, rowHeight, scroller } = props
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
  })
  const items = virtualizer.getVirtualItems()
  const cursorAt = lines.findIndex((line) => line.key === selection.cursor)
  const lastCursor = useRef(selection.cursor)
  /** A finger began it: what scrolls on after it is still its doing. */
  const wasTouched = useRef(false)

  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight])
  useEffect(() => {
    // Only a cursor that moved is followed; a row that a new order carried away is not.
    if (selection.cursor === lastCursor.current) return
    lastCursor.current = selection.cursor
    if (cursorAt !== -1) virtualizer.scrollToIndex(cursorAt, { align: 'auto' })
  }, [selection.cursor, cursorAt, virtualizer])

  const lineOf = (target: EventTarget): ViewRow | null => {
    const row = (target as HTMLElement).closest<HTMLElement>('[data-key]')
    return lines.find((line) => line.key === row?.dataset['key']) ?? null
  }
  const press = useLongPress((target) => {
    const line = lineOf(target)
    if (context.isPhone && line !== null && isProcess(line)) props.onHeld(line)
  })
  const template = context.columns
    .map((column) => (column.id === 'name' ? 'minmax(0, 1fr)' : `${column.width}px`))
    .join(' ')

  return (
    <ContextMenu.Root disabled={context.isPhone} onOpenChange={(open) => hold.menuChanged(open)}>
      <ContextMenu.Trigger
        render={<div />}
        ref={scroller}
        role={context.tree ? 'treegrid' : 'grid'}
        aria-label="Processes"
        aria-rowcount={lines.length + 1}
        aria-colcount={context.columns.length}
        aria-multiselectable="true"
        tabIndex={0}
        className={[
          'gridtable',
          context.tree ? 'tree' : 'flat',
          context.isPhone && 'phone-rows',
          context.columns.some(isCramped) && 'cramped',
        ]
          .filter(Boolean)
          .join(' ')}
        style={{ '--cols': template } as CSSProperties}
        {...(cursorAt !== -1 &&
          items.some((item) => item.index === cursorAt) && {
            'aria-activedescendant': `row-${selection.cursor}`,
          })}
        onKeyDown={(event) =>
          props.onKey(
            event,
            Math.floor((event.currentTarget.clientHeight - HEADER_HEIGHT) / rowHeight),
          )
        }
        onClick={(event) => {
          const isArrow = (event.target as HTMLElement).closest('.tw .i') !== null
          if (!press.took() && !isArrow) props.onPick(lineOf(event.target), event)
        }}
        onPointerDown={press.onPointerDown}
        onPointerMove={press.onPointerMove}
        onPointerUp={press.onPointerUp}
        onPointerCancel={press.onPointerCancel}
        onScroll={() => wasTouched.current && hold.touched()}
        onTouchStart={() => (wasTouched.current = true)}
        onMouseEnter={() => (wasTouched.current = false)}
        onContextMenu={(event) => {
          // A finger that rests chooses; what a menu has stands in the sheet.
          if (context.isPhone) return event.preventDefault()
          const line = lineOf(event.target)
          if (line !== null && !selection.chosen.has(identityOf(line))) props.onPick(line, event)
        }}
      >
        <TableHeader
          columns={context.columns}
          sort={props.sort}
          totals={props.totals}
          onSort={props.onSort}
          onWidth={props.onWidth}
          onLeave={() => scroller.current?.focus()}
        />
        {/* The grid around it has the keys for each of these. */}
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions */}
        <div
          role="rowgroup"
          className="rows"
          style={{ height: Math.max(virtualizer.getTotalSize(), 0) }}
          onPointerEnter={(event) => event.pointerType === 'mouse' && hold.pointerEntered()}
          onPointerLeave={hold.pointerLeft}
          onTouchStart={hold.touched}
          onTouchMove={hold.touched}
          onDoubleClick={(event) => {
            const line = lineOf(event.target)
            if (line !== null) props.onOpen(line)
          }}
        >
          <div
            role="presentation"
            className="layer"
            style={{
              transform: `translateY(${(items[0]?.start ?? HEADER_HEIGHT) - HEADER_HEIGHT}px)`,
            }}
          >
            {items.map((item) => {
              const line = lines[item.index]
              if (line === undefined) return null
              const identity = identityOf(line)
              return (
                <ProcessTableRow
                  key={line.key}
                  id={`row-${line.key}`}
                  line={line}
                  index={item.index}
                  isSelected={isProcess(line) && selection.chosen.has(identity)}
                  isCursor={line.key === selection.cursor}
                  isNew={line.kind === 'process' && newKeys.has(identity)}
                  context={context}
                  onToggle={props.onToggle}
                />
              )
            })}
          </div>
        </div>
      </ContextMenu.Trigger>
      {props.menu}
    </ContextMenu.Root>
  )
}
