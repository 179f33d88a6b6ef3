import type { StartupItem, StartupList } from '@taskmanager/contracts'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { EmptyList } from '../../components/empty-list.tsx'
import { PlainList } from '../../components/grid/plain-list.tsx'
import { PlainNothing } from '../../components/grid/plain-nothing.tsx'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { appProcessesHref } from '../../lib/app-links.ts'
import type { Sort } from '../../lib/sort.ts'
import { useCommands } from '../../stores/commands.ts'
import { api } from '../../stores/services.ts'
import { useOrders } from '../../stores/use-orders.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useSystem } from '../../stores/live-stats.ts'
import { useFollowed } from '../../stores/use-followed.ts'
import { StartupCell } from './startup-cell.tsx'
import {
  PHONE_STARTUP_COLUMNS,
  SORTABLE_STARTUP_COLUMNS,
  STARTUP_COLUMNS,
} from './startup-columns.ts'
import { startupCommands } from './startup-commands.ts'
import { startupLines, type StartupLine } from './startup-lines.ts'
import { startupQuery } from './startup-query.ts'

const STANDARD_SORT: Sort = { column: 'name', descending: false }
const NO_ITEMS: readonly StartupItem[] = []

/** What starts with the session or the machine or by the clock, and the way to keep it from that. */
export function StartupPage() {
  const list = useFollowed(startupQuery)
  const address = useListAddress(SORTABLE_STARTUP_COLUMNS, STANDARD_SORT)
  const { query, sort } = address
  const [, navigate] = useLocation()
  const { reason } = useCommands()
  const rows = useProcesses((live) => live.rows)
  const nowMs = useProcesses((live) => live.sampledAtMs ?? 0)
  const user = useSystem((system) => system?.user ?? null)
  const orders = useOrders(startupQuery.queryKey)
  const items = list.data?.items ?? NO_ITEMS
  const lines = useMemo(
    () => startupLines({ items, rows, user, query, sort }),
    [items, rows, user, query, sort],
  )
  const isFiltered = query !== ''
  const context = { nowMs }

  const showProcesses = ({ processes: [first], isByUnit }: StartupLine) => {
    if (first === undefined) return
    navigate(appProcessesHref({ unit: isByUnit ? first.unit : null, name: first.name }))
  }
  const commands = (line: StartupLine | undefined) =>
    startupCommands({
      line,
      reason,
      isBusy: orders.busy !== null,
      order: (action, { item: { id, name }, key }) =>
        void orders.send(key, name, (expiresAtMs) =>
          api.switchStartup(action, { id, expires_at: expiresAtMs }),
        ),
      showProcesses,
    })

  return (
    <>
      <Sentence list={list.data} error={list.error} shown={lines.length} isFiltered={isFiltered} />
      <Banners />
      <PlainList
        list="startup"
        label="Startup"
        placeholder="Name, state or command"
        isStale={list.error !== null}
        address={address}
        lines={lines}
        columns={STARTUP_COLUMNS}
        onPhone={PHONE_STARTUP_COLUMNS}
        context={context}
        titleOf={({ item }) => item.name}
        commands={commands}
        renderCell={(column, line, at) => (
          <StartupCell
            key={column.id}
            column={column}
            at={at}
            line={line}
            busy={orders.busy}
            context={context}
          />
        )}
        nothing={
          <PlainNothing
            isKnown={list.data !== undefined}
            error={list.error}
            shown={lines.length}
            isFiltered={isFiltered}
            words={{ unavailable: 'What starts is unavailable', noMatch: 'Nothing matches' }}
            empty={list.data?.items.length === 0 ? <NoEntry list={list.data} /> : null}
            onClear={() => address.setQuery('')}
            onRetry={() => void list.refetch()}
          />
        }
      />
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
    list?.missing.own != null && `Not all of your own entries are listed: ${list.missing.own}.`,
    list?.missing.everybody != null &&
      `Not all entries for everybody are listed: ${list.missing.everybody}.`,
    list?.missing.crontab != null && `Your crontab is not listed: ${list.missing.crontab}.`,
    list?.missing.cron != null && `Not listed: ${list.missing.cron}.`,
    list?.missing.timers != null && `Timers of systemd are not listed: ${list.missing.timers}.`,
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
            {count('cannot_start') > 0 && `, ${count('cannot_start')} cannot start`}
            {count(null) > 0 && `, ${count(null)} unknown`}.
          </>
        )}
      </h1>
      {missing.length > 0 && <p className="dim">{missing.join(' ')}</p>}
      <p className="dim">
        <Link href="/services?sort=starts">Services that start by themselves</Link> are on their own
        page.
      </p>
    </div>
  )
}

function NoEntry({ list }: { readonly list: StartupList }) {
  return (
    <EmptyList
      title="Nothing starts with the session"
      text={`No entry was found in ${list.looked_in.join(', ')}. A machine without a desktop has none.`}
    />
  )
}
