import { useQuery } from '@tanstack/react-query'
import type { StartupItem, StartupList } from '@taskmanager/contracts'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { Link, useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyList } from '../../components/empty-list.tsx'
import { ColumnChooser } from '../../components/grid/column-chooser.tsx'
import { gridText } from '../../components/grid/grid-column.ts'
import { headOf, openMenuAt } from '../../components/grid/grid-focus.ts'
import { handleGridKey } from '../../components/grid/grid-keys.ts'
import { GridTable } from '../../components/grid/grid-table.tsx'
import { SaveMenu } from '../../components/grid/save-menu.tsx'
import { NO_SELECTION, selectionOf } from '../../components/grid/selection.ts'
import { useGridColumns } from '../../components/grid/use-grid-columns.ts'
import { useHeldLines } from '../../components/grid/use-held-lines.ts'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { ListCommandBar, ListMenu } from '../../components/list-commands.tsx'
import { useRowHeight } from '../../components/grid/use-row-height.ts'
import { SearchField } from '../../components/search-field.tsx'
import { useOrderHold } from '../../components/use-order-hold.ts'
import { appProcessesHref } from '../../lib/app-links.ts'
import { rawTitle } from '../../lib/export-table.ts'
import { clickSort, type Sort } from '../../lib/sort.ts'
import { useCommands } from '../../stores/commands.ts'
import { api } from '../../stores/services.ts'
import { useOrders } from '../../stores/use-orders.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useSystem } from '../../stores/live-stats.ts'
import {
  phoneStartupColumns,
  SORTABLE_STARTUP_COLUMNS,
  STARTUP_COLUMNS,
  type StartupColumn,
} from './startup-columns.ts'
import { startupCommands } from './startup-commands.ts'
import { startupLines, type StartupLine } from './startup-lines.ts'
import { startupQuery } from './startup-query.ts'
import { StartupRow } from './startup-row.tsx'

const STANDARD_SORT: Sort = { column: 'name', descending: false }
const NO_ITEMS: readonly StartupItem[] = []
const selectionRules = selectionOf((line: StartupLine) => line.key)

/** What starts with the session or the machine, and the way to keep it from that. */
export function StartupPage() {
  const list = useQuery(startupQuery)
  const { query, sort, setQuery, setSort } = useListAddress(SORTABLE_STARTUP_COLUMNS, STANDARD_SORT)
  const [, navigate] = useLocation()
  const { reason } = useCommands()
  const rows = useProcesses((live) => live.rows)
  const user = useSystem((system) => system?.user ?? null)
  const orders = useOrders(startupQuery.queryKey)
  const hold = useOrderHold()
  const [selection, setSelection] = useState(NO_SELECTION)
  const scroller = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const table = useGridColumns({
    box,
    list: 'startup',
    available: STARTUP_COLUMNS,
    sortColumn: sort.column,
    onPhone: phoneStartupColumns,
  })
  const rowHeight = useRowHeight(table.isPhone)
  const items = list.data?.items ?? NO_ITEMS
  const newest = useMemo(
    () => startupLines({ items, rows, user, query, sort }),
    [items, rows, user, query, sort],
  )
  const lines = useHeldLines(newest, hold.isHeld)
  const chosen = lines.find((line) => selection.chosen.has(line.key))

  const showProcesses = ({ processes: [first], isByUnit }: StartupLine) => {
    if (first === undefined) return
    navigate(appProcessesHref({ unit: isByUnit ? first.unit : null, name: first.name }))
  }
  const copy = () => {
    const text = gridText(table.columns, chosen === undefined ? [] : [chosen], (column, line) =>
      column.text(line),
    )
    if (text !== '') void navigator.clipboard.writeText(text)
  }
  const commands = startupCommands({
    line: chosen,
    reason,
    isBusy: orders.busy !== null,
    order: (action, { item: { id, name }, key }) =>
      void orders.send(key, name, (expiresAtMs) =>
        api.switchStartup(action, { id, expires_at: expiresAtMs }),
      ),
    showProcesses,
    copy,
  })
  const sortBy = (column: StartupColumn) => setSort(clickSort(sort, column.id, column.isText))
  const onKey = (event: KeyboardEvent, pageSize: number) =>
    handleGridKey(event, {
      lines,
      choosable: [],
      selection,
      rules: { ...selectionRules, extend: (_, line) => selectionRules.choose(line) },
      pageSize,
      setSelection: (next) => {
        setSelection(next)
        hold.keyMoved()
      },
      openAll: () => {},
      toggle: () => {},
      open: (line) => showProcesses(line),
      end: () => {},
      suspend: () => {},
      holdOrder: hold.toggle,
      sortBy: () => {},
      copy,
      toHeader: () => headOf(scroller.current, sort.column)?.focus(),
      menu: (line) => openMenuAt(line.key),
    })

  return (
    <>
      <Sentence
        list={list.data}
        error={list.error}
        shown={lines.length}
        isFiltered={query !== ''}
      />
      <Banners />
      <div className="tools">
        <SearchField
          label="Filter startup"
          placeholder="Name, state or command"
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
              name: 'startup',
              columns: table.columns.map((column) => ({
                key: column.id,
                title: rawTitle(column),
              })),
              rows: lines.map((line) => table.columns.map((column) => column.value(line))),
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
      <div className={list.error === null ? 'tablewrap' : 'tablewrap stale'} ref={box}>
        <GridTable
          label="Startup"
          role="grid"
          className={table.isPhone ? 'flat phone-rows' : 'flat'}
          lines={lines}
          cursor={selection.cursor}
          columns={table.columns}
          sort={sort}
          hold={hold}
          rowHeight={rowHeight}
          scroller={scroller}
          renderRow={(line, index) => (
            <StartupRow
              key={line.key}
              line={line}
              index={index}
              isSelected={selection.chosen.has(line.key)}
              isCursor={line.key === selection.cursor}
              columns={table.columns}
              busy={orders.busy}
            />
          )}
          isChosen={(line) => selection.chosen.has(line.key)}
          onSort={sortBy}
          onWidth={table.setWidth}
          onOpen={showProcesses}
          onToggle={() => {}}
          onKey={onKey}
          onPick={(line) =>
            setSelection(line === null ? NO_SELECTION : selectionRules.choose(line))
          }
          onHeld={null}
          menu={chosen !== undefined && <ListMenu title={chosen.item.name} commands={commands} />}
        />
        <Nothing
          list={list.data}
          error={list.error}
          isFiltered={query !== ''}
          shown={lines.length}
          onClear={() => setQuery('')}
          onRetry={() => void list.refetch()}
        />
      </div>
    </>
  )
}

interface StateProps {
  readonly list: StartupList | undefined
  readonly error: Error | null
  readonly isFiltered: boolean
  readonly shown: number
}

/** How many start, what does not, and where the services are. */
function Sentence({ list, error, isFiltered, shown }: StateProps) {
  const items = list?.items ?? NO_ITEMS
  const count = (state: StartupItem['state']) => items.filter((item) => item.state === state).length
  const missing = [
    list?.missing.own != null && `Your own entries are not listed: ${list.missing.own}.`,
    list?.missing.crontab != null && `Your crontab is not listed: ${list.missing.crontab}.`,
  ].filter((text) => text !== false)
  return (
    <div className="pagehead">
      <h1 className="sentence">
        {list === undefined && error === null && 'Reading what starts…'}
        {list === undefined && error !== null && <b>What starts is not known.</b>}
        {list !== undefined && items.length === 0 && <b>Nothing starts by itself.</b>}
        {items.length > 0 && (
          <>
            <b>
              {isFiltered
                ? `${shown} of ${items.length} startup entries.`
                : `${items.length} startup ${items.length === 1 ? 'entry' : 'entries'}.`}
            </b>{' '}
            {count('enabled')} enabled, {count('disabled')} disabled
            {count('cannot_start') === 0 ? '.' : `, ${count('cannot_start')} cannot start.`}
          </>
        )}
      </h1>
      <p className="dim">
        {missing.map((text) => `${text} `)}
        <Link href="/services?sort=starts">Services that start by themselves</Link> are on their own
        page.
      </p>
    </div>
  )
}

interface NothingProps extends StateProps {
  readonly onClear: () => void
  readonly onRetry: () => void
}

/** Why the table is empty, and what to do. */
function Nothing({ list, error, isFiltered, shown, onClear, onRetry }: NothingProps) {
  if (shown > 0 || (list === undefined && error === null)) return null
  if (list === undefined) {
    return (
      <EmptyList title="What starts is unavailable" text={error?.message ?? ''}>
        <Button look="line" onClick={onRetry}>
          Try again
        </Button>
      </EmptyList>
    )
  }
  if (list.items.length === 0) {
    return (
      <EmptyList
        title="Nothing starts with the session"
        text={`No entry was found in ${list.looked_in.join(', ')}. A machine without a desktop has none.`}
      />
    )
  }
  return isFiltered ? (
    <EmptyList title="Nothing matches" text="">
      <Button look="line" onClick={onClear}>
        Clear the filter <kbd>Esc</kbd>
      </Button>
    </EmptyList>
  ) : null
}
