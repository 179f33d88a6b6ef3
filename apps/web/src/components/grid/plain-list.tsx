import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { rawTitle } from '../../lib/export-table.ts'
import { MODIFIER_KEY } from '../../lib/modifier-key.ts'
import { clickSort } from '../../lib/sort.ts'
import { showToast } from '../../stores/toasts.ts'
import { copyText } from '../copy-text.ts'
import { ListCommandBar, ListMenu, type ListCommand } from '../list-commands.tsx'
import { SearchField } from '../search-field.tsx'
import { useOrderHold } from '../use-order-hold.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { gridText } from './grid-column.ts'
import { headOf, openMenuAt } from './grid-focus.ts'
import { handleGridKey, type GridLine } from './grid-keys.ts'
import { GridTable } from './grid-table.tsx'
import type { PlainColumn } from './plain-column.ts'
import { PlainRow } from './plain-row.tsx'
import { SaveMenu } from './save-menu.tsx'
import { NO_SELECTION, selectionOf } from './selection.ts'
import { useGridColumns, type ListName } from './use-grid-columns.ts'
import { useHeldLines } from './use-held-lines.ts'
import type { ListAddress } from './use-list-address.ts'
import { useRowHeight } from './use-row-height.ts'

interface PlainListProps<Line extends GridLine, Column, Context> {
  /** As columns and widths are remembered. */
  readonly list: ListName
  readonly label: string
  /** What the filter finds lines by. */
  readonly placeholder: string
  readonly isTree?: boolean
  readonly isStale: boolean
  readonly address: ListAddress
  /** In order, as the address asks for them. */
  readonly lines: readonly Line[]
  readonly columns: readonly Column[]
  /** Ids of the columns a phone has room for. */
  readonly onPhone: readonly string[]
  readonly context: Context
  readonly titleOf: (line: Line) => string
  /** Of the chosen line, in order; the keys beside them, `↵` and `Del`, run them. Copy is added. */
  readonly commands: (line: Line | undefined) => readonly ListCommand[]
  readonly renderCell: (column: Column, line: Line, at: number, isPhone: boolean) => ReactNode
  /** Why there is no line. */
  readonly nothing: ReactNode
}

const selectionRules = selectionOf((line: GridLine) => line.key)
const rules = {
  ...selectionRules,
  extend: (_: unknown, line: GridLine) => selectionRules.choose(line),
}

/** A list of which one line is chosen at a time: its filter, its commands, its table. */
export function PlainList<
  Line extends GridLine,
  Column extends PlainColumn<Line, string, Context>,
  Context,
>(props: PlainListProps<Line, Column, Context>) {
  const { label, address, context, isTree = false, renderCell } = props
  const { query, sort, setQuery, setSort } = address
  const hold = useOrderHold()
  const [selection, setSelection] = useState(NO_SELECTION)
  const scroller = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const phoneColumns = useMemo(
    () => props.onPhone.flatMap((id) => props.columns.find((column) => column.id === id) ?? []),
    [props.onPhone, props.columns],
  )
  const table = useGridColumns({
    box,
    list: props.list,
    available: props.columns,
    sortColumn: sort.column,
    onPhone: useCallback(() => phoneColumns, [phoneColumns]),
  })
  const rowHeight = useRowHeight(table.isPhone)
  const lines = useHeldLines(props.lines, hold.isHeld)
  const chosen = lines.find((line) => selection.chosen.has(line.key))

  const copy = () => {
    const text = gridText(table.columns, chosen === undefined ? [] : [chosen], (column, line) =>
      column.text(line, context),
    )
    void copyText(text)
  }
  const commandsOf = (line: Line | undefined): readonly ListCommand[] => [
    ...props.commands(line),
    {
      id: 'copy',
      icon: 'copy',
      text: 'Copy',
      keys: `${MODIFIER_KEY} C`,
      why: line === undefined ? 'Choose a line first' : null,
      run: copy,
    },
  ]
  const commands = commandsOf(chosen)
  const runKey = (keys: string, line: Line | undefined) => {
    const command = commandsOf(line).find((one) => one.keys === keys)
    if (command?.why === null) command.run()
    else if (command !== undefined && line !== undefined)
      showToast({ kind: 'info', text: command.why })
  }
  const sortBy = (column: Column) => setSort(clickSort(sort, column.id, column.isText))
  const onKey = (event: KeyboardEvent, pageSize: number) =>
    handleGridKey<Line>(event, {
      lines,
      choosable: [],
      selection,
      rules,
      pageSize,
      setSelection: (next) => {
        setSelection(next)
        hold.keyMoved()
      },
      open: (line) => runKey('↵', line),
      end: () => runKey('Del', chosen),
      holdOrder: hold.toggle,
      sortBy: (figure) => {
        const column = table.available.find(({ id }) => id === figure)
        if (column !== undefined) sortBy(column)
      },
      copy,
      toHeader: () => headOf(scroller.current, sort.column)?.focus(),
      menu: (line) => openMenuAt(line.key),
    })

  return (
    <>
      <div className="tools">
        <SearchField
          label={`Filter ${label.toLowerCase()}`}
          placeholder={props.placeholder}
          text={query}
          maxLength={200}
          onChange={setQuery}
          onClear={() => setQuery('')}
        />
        <ListCommandBar commands={commands} />
        <span className="cmds last">
          <span className="sep" />
          <SaveMenu
            table={() => ({
              name: label.toLowerCase(),
              columns: table.columns.map((column) => ({ key: column.id, title: rawTitle(column) })),
              rows: lines.map((line) =>
                table.columns.map(({ saved, value }) => (saved ?? value)(line)),
              ),
            })}
            onOpenChange={hold.menuChanged}
          />
          <ColumnChooser
            available={table.available}
            shown={table.chosen}
            absent=""
            onChoose={table.choose}
            onOpenChange={hold.menuChanged}
          />
        </span>
      </div>
      <div className={props.isStale ? 'tablewrap stale' : 'tablewrap'} ref={box}>
        <GridTable
          label={label}
          role={isTree ? 'treegrid' : 'grid'}
          className={`${isTree ? 'tree' : 'flat'}${table.isPhone ? ' phone-rows' : ''}`}
          lines={lines}
          cursor={selection.cursor}
          columns={table.columns}
          sort={sort}
          hold={hold}
          rowHeight={rowHeight}
          scroller={scroller}
          renderRow={(line, index) => (
            <PlainRow
              line={line}
              index={index}
              isTree={isTree}
              isSelected={selection.chosen.has(line.key)}
              isCursor={line.key === selection.cursor}
              columns={table.columns}
              renderCell={(column, of, at) => renderCell(column, of, at, table.isPhone)}
            />
          )}
          isChosen={(line) => selection.chosen.has(line.key)}
          onSort={sortBy}
          onWidth={table.setWidth}
          onOpen={(line) => runKey('↵', line)}
          onToggle={() => {}}
          onKey={onKey}
          onPick={(line) => setSelection(line === null ? NO_SELECTION : rules.choose(line))}
          onHeld={null}
          menu={
            chosen !== undefined && <ListMenu title={props.titleOf(chosen)} commands={commands} />
          }
        />
        {props.nothing}
      </div>
    </>
  )
}
