import { useQuery } from '@tanstack/react-query'
import type { ServiceAction, ServiceList, ServiceUnit } from '@taskmanager/contracts'
import { useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { Button } from '../../components/button.tsx'
import { ColumnChooser } from '../../components/grid/column-chooser.tsx'
import { gridText } from '../../components/grid/grid-column.ts'
import { headOf, openMenuAt } from '../../components/grid/grid-focus.ts'
import { handleGridKey } from '../../components/grid/grid-keys.ts'
import { GridTable } from '../../components/grid/grid-table.tsx'
import { SaveMenu } from '../../components/grid/save-menu.tsx'
import { NO_SELECTION, selectionOf } from '../../components/grid/selection.ts'
import { useGridColumns } from '../../components/grid/use-grid-columns.ts'
import { EmptyList } from '../../components/empty-list.tsx'
import { ListCommandBar, ListMenu } from '../../components/list-commands.tsx'
import { useRowHeight } from '../../components/grid/use-row-height.ts'
import { SearchField } from '../../components/search-field.tsx'
import { useHeldLines } from '../../components/grid/use-held-lines.ts'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { useOrderHold } from '../../components/use-order-hold.ts'
import { rawTitle } from '../../lib/export-table.ts'
import { clickSort, type Sort } from '../../lib/sort.ts'
import { useCommands } from '../../stores/commands.ts'
import { api } from '../../stores/services.ts'
import { useOrders } from '../../stores/use-orders.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import {
  phoneServiceColumns,
  SERVICE_COLUMN_BY_ID,
  SERVICE_COLUMNS,
  SORTABLE_SERVICE_COLUMNS,
  type ServiceColumn,
} from './service-columns.ts'
import { serviceCommands } from './service-commands.ts'
import { ServiceDialog } from './service-dialog.tsx'
import { serviceLines, type ServiceLine } from './service-lines.ts'
import { ServiceTableRow } from './service-row.tsx'
import { isTroubled, serviceTitle, stateWords } from './service-words.ts'
import { servicesQuery } from './services-query.ts'

const STANDARD_SORT: Sort = { column: 'name', descending: false }
const NO_SERVICES: ServiceList['services'] = []
const selectionRules = selectionOf((line: ServiceLine) => line.key)

/** Services of the machine and of the session: what they do, what they use, and the way to start and stop them. */
export function ServicesPage() {
  const list = useQuery(servicesQuery)
  const { query, sort, setQuery, setSort } = useListAddress(SORTABLE_SERVICE_COLUMNS, STANDARD_SORT)
  const [, navigate] = useLocation()
  const { reason } = useCommands()
  const rows = useProcesses((live) => live.rows)
  const cpuCount = useProcesses((live) => live.logicalCpuCount ?? 1)
  const user = useSystem((system) => system?.user ?? null)
  const memoryTotal = useStats((stats) => stats?.memory_total ?? null)
  const cpuScale = usePreference('cpuScale')
  const orders = useOrders(servicesQuery.queryKey)
  const hold = useOrderHold()
  const [selection, setSelection] = useState(NO_SELECTION)
  const [asked, setAsked] = useState<{ action: 'stop' | 'restart'; key: string } | null>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const table = useGridColumns({
    box,
    list: 'service',
    available: SERVICE_COLUMNS,
    sortColumn: sort.column,
    onPhone: phoneServiceColumns,
  })
  const rowHeight = useRowHeight(table.isPhone)
  const services = list.data?.services ?? NO_SERVICES
  const newest = useMemo(
    () => serviceLines({ services, rows, user, query, sort }),
    [services, rows, user, query, sort],
  )
  const lines = useHeldLines(newest, hold.isHeld)
  const chosen = lines.find((line) => selection.chosen.has(line.key))
  const question = asked === null ? undefined : lines.find((line) => line.key === asked.key)

  /** The system may ask for a password in a window of its own meanwhile. */
  const send = (action: ServiceAction, { key, unit }: ServiceLine, confirmName?: string) => {
    const { scope, name } = unit
    const body = {
      scope,
      name,
      ...(confirmName !== undefined && { confirm_name: confirmName }),
    }
    void orders.send(key, name, (expiresAtMs) =>
      api.orderService(action, { ...body, expires_at: expiresAtMs }),
    )
  }
  const order = (action: ServiceAction, line: ServiceLine) => {
    if (action === 'stop' || action === 'restart') setAsked({ action, key: line.key })
    else send(action, line)
  }
  const showProcesses = ({ unit }: ServiceLine) =>
    navigate(`/processes?view=flat&q=${encodeURIComponent(`unit:"${unit.unit}" `)}`)
  const cpuFactor = cpuScale === 'core' ? cpuCount : 1
  const copy = () => {
    const text = gridText(table.columns, chosen === undefined ? [] : [chosen], (column, line) =>
      column.text(line, cpuFactor),
    )
    if (text !== '') void navigator.clipboard.writeText(text)
  }
  const commands = serviceCommands({
    line: chosen,
    reason,
    isBusy: orders.busy !== null,
    order,
    showProcesses,
    copy,
  })
  const sortBy = (column: ServiceColumn) => setSort(clickSort(sort, column.id, column.isText))
  const runCommand = (id: string) => {
    const command = commands.find((one) => one.id === id)
    if (command?.why === null) command.run()
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
      open: () => runCommand('processes'),
      end: () => runCommand('stop'),
      suspend: () => {},
      holdOrder: hold.toggle,
      sortBy: (figure) => {
        const column = SERVICE_COLUMN_BY_ID.get(figure)
        if (column !== undefined) sortBy(column)
      },
      copy,
      toHeader: () => headOf(scroller.current, sort.column)?.focus(),
      menu: (line) => openMenuAt(line.key),
    })
  const onPick = (line: ServiceLine | null, _event: MouseEvent) =>
    setSelection(line === null ? NO_SELECTION : selectionRules.choose(line))
  const context = { columns: table.columns, cpuFactor, memoryTotal, busy: orders.busy }

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
          label="Filter services"
          placeholder="Name, state or description"
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
              name: 'services',
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
          label="Services"
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
            <ServiceTableRow
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
          onPick={onPick}
          onHeld={null}
          menu={
            chosen !== undefined && (
              <ListMenu title={serviceTitle(chosen.unit)} commands={commands} />
            )
          }
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
      {asked !== null && question !== undefined && (
        <ServiceDialog
          action={asked.action}
          line={question}
          onGo={(name) => send(asked.action, question, name)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  )
}

interface StateProps {
  readonly list: ServiceList | undefined
  readonly error: Error | null
  readonly isFiltered: boolean
  readonly shown: number
}

/** How many run, and who failed. */
function Sentence({ list, error, isFiltered, shown }: StateProps) {
  const services = list?.services ?? NO_SERVICES
  const running = services.filter((unit) => stateWords(unit) === 'Running').length
  const troubled = services.filter(isTroubled)
  return (
    <div className="pagehead">
      <h1 className="sentence">
        {list === undefined && error === null && 'Reading the services…'}
        {list === undefined && error !== null && <b>Services are not known.</b>}
        {list !== undefined && services.length === 0 && <b>No services.</b>}
        {services.length > 0 && (
          <>
            <b>
              {isFiltered
                ? `${shown} of ${services.length} services.`
                : `${services.length} services.`}
            </b>{' '}
            {running} running
            {troubled.length === 0 ? ', none failed.' : `, ${troubleText(troubled)}`}
          </>
        )}
      </h1>
      {list?.missing.system != null &&
        list.missing.user !== list.missing.system &&
        services.length > 0 && (
          <p className="dim">Services of the machine are not listed: {list.missing.system}.</p>
        )}
    </div>
  )
}

const NAMED = 3

/** `1 failed, 1 starts again and again: backup, postgresql.` */
function troubleText(troubled: readonly ServiceUnit[]): string {
  const failed = troubled.filter(({ state }) => state === 'failed').length
  const again = troubled.length - failed
  const facts = [
    failed > 0 && `${failed} failed`,
    again > 0 && `${again} ${again === 1 ? 'starts' : 'start'} again and again`,
  ].filter((fact) => fact !== false)
  const names = troubled.slice(0, NAMED).map(serviceTitle).join(', ')
  return `${facts.join(', ')}: ${names}${troubled.length > NAMED ? ', …' : '.'}`
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
      <EmptyList title="The services are unavailable" text={error?.message ?? ''}>
        <Button look="line" onClick={onRetry}>
          Try again
        </Button>
      </EmptyList>
    )
  }
  if (list.services.length === 0) {
    return (
      <EmptyList
        title="This machine tells of no services"
        text={`Services are read from systemd: ${list.missing.system ?? 'it lists none'}. In a container, or on a machine that starts without systemd, there are none to list.`}
      />
    )
  }
  return isFiltered ? (
    <EmptyList title="No service matches" text="">
      <Button look="line" onClick={onClear}>
        Clear the filter <kbd>Esc</kbd>
      </Button>
    </EmptyList>
  ) : null
}
