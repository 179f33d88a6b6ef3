import { useQuery } from '@tanstack/react-query'
import type { SessionList } from '@taskmanager/contracts'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyList } from '../../components/empty-list.tsx'
import { ColumnChooser } from '../../components/grid/column-chooser.tsx'
import { gridText } from '../../components/grid/grid-column.ts'
import { headOf } from '../../components/grid/grid-focus.ts'
import { handleGridKey } from '../../components/grid/grid-keys.ts'
import { GridTable } from '../../components/grid/grid-table.tsx'
import { SaveMenu } from '../../components/grid/save-menu.tsx'
import { NO_SELECTION, selectionOf } from '../../components/grid/selection.ts'
import { useGridColumns } from '../../components/grid/use-grid-columns.ts'
import { useHeldLines } from '../../components/grid/use-held-lines.ts'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { Icon } from '../../components/icon.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { useOrderHold } from '../../components/use-order-hold.ts'
import { rawTitle } from '../../lib/export-table.ts'
import { clickSort, type Sort } from '../../lib/sort.ts'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { sessionsQuery } from './sessions-query.ts'
import {
  phoneUserColumns,
  SORTABLE_USER_COLUMNS,
  USER_COLUMN_BY_ID,
  USER_COLUMNS,
  type UserColumn,
} from './user-columns.ts'
import { userLines, type UserLine } from './user-lines.ts'
import { UserTableRow } from './user-row.tsx'

const ROW_HEIGHT = 32
const PHONE_ROW_HEIGHT = 52
const STANDARD_SORT: Sort = { column: 'cpu', descending: true }
const NOBODY: SessionList['sessions'] = []
const selectionRules = selectionOf((line: UserLine) => line.key)

/** Who is signed in, and what each user's processes use together. */
export function UsersPage() {
  const list = useQuery(sessionsQuery)
  const { query, sort, setQuery, setSort } = useListAddress(SORTABLE_USER_COLUMNS, STANDARD_SORT)
  const [, navigate] = useLocation()
  const rows = useProcesses((live) => live.rows)
  const nowMs = useProcesses((live) => live.sampledAtMs ?? 0)
  const cpuCount = useProcesses((live) => live.logicalCpuCount ?? 1)
  const memoryTotal = useStats((stats) => stats?.memory_total ?? null)
  const cpuScale = usePreference('cpuScale')
  const isStale = isOld(useConnectionState('accuracy'))
  const hold = useOrderHold()
  const [selection, setSelection] = useState(NO_SELECTION)
  const scroller = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const table = useGridColumns({
    box,
    list: 'user',
    available: USER_COLUMNS,
    sortColumn: sort.column,
    onPhone: phoneUserColumns,
  })
  const sessions = list.data?.sessions ?? NOBODY
  const newest = useMemo(
    () => userLines({ sessions, rows, query, sort }),
    [sessions, rows, query, sort],
  )
  const lines = useHeldLines(newest, hold.isHeld)
  const chosen = lines.find((line) => selection.chosen.has(line.key))
  const context = {
    columns: table.columns,
    cpuFactor: cpuScale === 'core' ? cpuCount : 1,
    nowMs,
    memoryTotal,
    isPhone: table.isPhone,
  }

  const showProcesses = ({ user }: UserLine) => navigate(processesHref(user))
  const sortBy = (column: UserColumn) => setSort(clickSort(sort, column.id, column.isText))
  const copy = () => {
    const text = gridText(table.columns, chosen === undefined ? [] : [chosen], (column, line) =>
      column.text(line, context),
    )
    if (text !== '') void navigator.clipboard.writeText(text)
  }
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
      open: showProcesses,
      end: () => {},
      suspend: () => {},
      holdOrder: hold.toggle,
      sortBy: (figure) => {
        const column = USER_COLUMN_BY_ID.get(figure)
        if (column !== undefined) sortBy(column)
      },
      copy,
      toHeader: () => headOf(scroller.current, sort.column)?.focus(),
      menu: () => {},
    })

  return (
    <>
      <Sentence list={list.data} error={list.error} />
      <Banners />
      <div className="tools">
        <SearchField
          label="Filter users"
          placeholder="Name, terminal or address"
          text={query}
          maxLength={200}
          onChange={setQuery}
          onClear={() => setQuery('')}
        />
        <div className="cmds" role="toolbar" aria-label="Commands">
          <Button
            disabled={chosen === undefined}
            title={chosen === undefined ? 'Choose one row first' : undefined}
            onClick={() => chosen !== undefined && showProcesses(chosen)}
          >
            <Icon name="processes" />
            <span className="t">Show processes</span>
          </Button>
        </div>
        <span className="cmds last">
          <span className="sep" />
          <SaveMenu
            table={() => ({
              name: 'users',
              columns: table.columns.map((column) => ({
                key: column.id,
                title: rawTitle(column),
              })),
              rows: lines.map((line) => table.columns.map((column) => rawValue(column, line))),
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
      <div className={isStale ? 'tablewrap stale' : 'tablewrap'} ref={box}>
        <GridTable
          label="Users"
          role="treegrid"
          className={`tree users${table.isPhone ? ' phone-rows' : ''}`}
          lines={lines}
          cursor={selection.cursor}
          columns={table.columns}
          sort={sort}
          hold={hold}
          rowHeight={table.isPhone ? PHONE_ROW_HEIGHT : ROW_HEIGHT}
          scroller={scroller}
          renderRow={(line, index) => (
            <UserTableRow
              key={line.key}
              line={line}
              index={index}
              isSelected={selection.chosen.has(line.key)}
              isCursor={line.key === selection.cursor}
              context={context}
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
          menu={null}
        />
        {lines.length === 0 && query !== '' && (
          <EmptyList title="No user matches" text="">
            <Button look="line" onClick={() => setQuery('')}>
              Clear the filter <kbd>Esc</kbd>
            </Button>
          </EmptyList>
        )}
      </div>
    </>
  )
}

/** The filter takes a name for a part of names, so a name with other signs in it stands in quotes. */
function processesHref(user: string): string {
  const token = /^[\w.-]+$/.test(user) ? `user:${user}` : `user:"${user.replaceAll('"', '')}"`
  return `/processes?view=flat&q=${encodeURIComponent(`${token} `)}`
}

function rawValue(column: UserColumn, line: UserLine): string | number | null {
  const value = column.value(line)
  return column.id === 'since' && typeof value === 'number' ? new Date(value).toISOString() : value
}

/** How many are signed in, or why that is not known. */
function Sentence({ list, error }: { list: SessionList | undefined; error: Error | null }) {
  const people = new Set(list?.sessions.map(({ user }) => user)).size
  const sessions = list?.sessions.length ?? 0
  const missing = list === undefined ? (error?.message ?? null) : list.missing
  return (
    <div className="pagehead">
      <h1 className="sentence">
        {list === undefined && error === null && 'Reading who is signed in…'}
        {missing !== null && <b>Who is signed in is not known.</b>}
        {list !== undefined && missing === null && (
          <>
            <b>
              {people === 0 ? 'Nobody is' : people === 1 ? '1 user is' : `${people} users are`}{' '}
              signed in
            </b>
            {sessions > people ? `, in ${sessions} sessions.` : '.'}
          </>
        )}
      </h1>
      {missing !== null && <p className="dim">{missing}</p>}
    </div>
  )
}
