import { ContextMenu } from '@base-ui/react/context-menu'
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  useEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import { isOpenedByKey } from '../../lib/by-key.ts'
import type { Sort } from '../../lib/sort.ts'
import type { OrderHold } from '../use-order-hold.ts'
import type { GridColumn } from './grid-column.ts'
import { GridHeader } from './grid-header.tsx'
import { rowWindow } from './row-window.ts'
import { createSteadyOrder } from './steady-order.ts'
import { useLongPress } from './use-long-press.ts'

interface GridTableProps<Line extends { readonly key: string }, Column extends GridColumn> {
  readonly label: string
  readonly role: 'grid' | 'treegrid'
  readonly className: string
  readonly lines: readonly Line[]
  /** Key of the line the keyboard is on. */
  readonly cursor: string | null
  readonly columns: readonly Column[]
  readonly sort: Sort
  readonly hold: OrderHold
  readonly rowHeight: number
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly menu: ReactNode
  /** One line; its id is `row-` and the key, the key stands in `data-key`. Without a key of React it takes over elements. */
  readonly renderRow: (line: Line, index: number) => ReactNode
  readonly onSort: (column: Column) => void
  readonly onWidth: (column: string, width: number) => void
  readonly onPick: (line: Line | null, event: MouseEvent) => void
  /** A finger rests on a line; `null`: it opens the menu. */
  readonly onHeld: ((line: Line) => void) | null
  readonly onOpen: (line: Line) => void
  /** The arrow before a name. */
  readonly onToggle: (line: Line) => void
  /** Right click on a line that is not chosen. */
  readonly isChosen: (line: Line) => boolean
  readonly onKey: (event: KeyboardEvent, pageSize: number) => void
}

const isNarrow = (column: GridColumn): boolean => column.isNarrow === true

const OVERSCAN = 8
const HEADER_HEIGHT = 48

/**
 * A list: one tab stop, a virtual list, header and cells on one grid template. A row that leaves at one end lends its
 * element to the one that comes at the other: making hundreds of elements a second, and clearing them away, is what
 * would hold up a list that is scrolled.
 */
export function GridTable<Line extends { readonly key: string }, Column extends GridColumn>(
  props: GridTableProps<Line, Column>,
) {
  const { lines, cursor, columns, hold, rowHeight, scroller, onHeld } = props
  /** So many rows have elements; element and row go together by index modulo this. */
  const [slots, setSlots] = useState(1)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    rangeExtractor: (range) => rowWindow(range, OVERSCAN, slots),
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
  })
  const items = virtualizer.getVirtualItems()
  if (items.length > slots) setSlots(items.length)
  const [inSteadyOrder] = useState(createSteadyOrder)
  const placed = inSteadyOrder(items, (item) => item.index % slots, virtualizer.isScrolling)
  const cursorAt = cursor === null ? -1 : lines.findIndex((line) => line.key === cursor)
  const lastCursor = useRef(cursor)
  /** A finger began it: what scrolls on after it is still its doing. */
  const wasTouched = useRef(false)
  /** A second click on what lies there now, after the first opened or closed something, is no double click. */
  const clickedFirst = useRef<string | null>(null)

  useEffect(() => {
    const isFree = document.activeElement === document.body
    if (isFree && isOpenedByKey(history.state)) scroller.current?.focus()
  }, [scroller])
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight])
  useEffect(() => {
    // Only a cursor that moved is followed; a row that a new order carried away is not.
    if (cursor === lastCursor.current) return
    lastCursor.current = cursor
    if (cursorAt !== -1) virtualizer.scrollToIndex(cursorAt, { align: 'auto' })
  }, [cursor, cursorAt, virtualizer])

  const lineOf = (target: EventTarget): Line | null => {
    const row = (target as HTMLElement).closest<HTMLElement>('[data-key]')
    return lines.find((line) => line.key === row?.dataset['key']) ?? null
  }
  const press = useLongPress((target) => {
    const line = lineOf(target)
    if (line !== null) onHeld?.(line)
  })
  const template = columns
    .map((column) => (column.id === 'name' ? 'minmax(0, 1fr)' : `${column.width}px`))
    .join(' ')

  return (
    <ContextMenu.Root disabled={onHeld !== null} onOpenChange={(open) => hold.menuChanged(open)}>
      <ContextMenu.Trigger
        render={<div />}
        ref={scroller}
        role={props.role}
        aria-label={props.label}
        aria-rowcount={lines.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable="true"
        tabIndex={0}
        className={`gridtable ${props.className}${columns.some(isNarrow) ? ' cramped' : ''}`}
        style={{ '--cols': template } as CSSProperties}
        {...(cursorAt !== -1 &&
          items.some((item) => item.index === cursorAt) && {
            'aria-activedescendant': `row-${cursor}`,
          })}
        onKeyDown={(event) =>
          props.onKey(
            event,
            Math.floor((event.currentTarget.clientHeight - HEADER_HEIGHT) / rowHeight),
          )
        }
        onClick={(event) => {
          const line = lineOf(event.target)
          const isArrow = (event.target as HTMLElement).closest('.tw .i') !== null
          if (press.took()) return
          if (event.detail === 1) clickedFirst.current = isArrow ? null : (line?.key ?? null)
          if (line !== null && isArrow) props.onToggle(line)
          else props.onPick(line, event)
        }}
        {...(onHeld !== null && {
          onPointerDown: press.onPointerDown,
          onPointerMove: press.onPointerMove,
          onPointerUp: press.onPointerUp,
          onPointerCancel: press.onPointerCancel,
        })}
        onScroll={() => wasTouched.current && hold.touched()}
        onTouchStart={() => (wasTouched.current = true)}
        onMouseEnter={() => (wasTouched.current = false)}
        onContextMenu={(event) => {
          // A finger that rests chooses; what a menu has stands in the sheet.
          if (onHeld !== null) return event.preventDefault()
          const line = lineOf(event.target)
          if (line !== null && !props.isChosen(line)) props.onPick(line, event)
        }}
      >
        <GridHeader
          columns={columns}
          sort={props.sort}
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
            if (line !== null && line.key === clickedFirst.current) props.onOpen(line)
          }}
        >
          {placed.map((item) => {
            const line = lines[item.index]
            const style = { top: item.start - HEADER_HEIGHT, height: item.size }
            return line === undefined ? null : (
              <div key={item.index % slots} role="presentation" className="slot" style={style}>
                {props.renderRow(line, item.index)}
              </div>
            )
          })}
        </div>
      </ContextMenu.Trigger>
      {props.menu}
    </ContextMenu.Root>
  )
}
