import type { ServiceAction, ServiceList, ServiceUnit, SystemInfo } from '@taskmanager/contracts'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { EmptyList } from '../../components/empty-list.tsx'
import { PlainList } from '../../components/grid/plain-list.tsx'
import { PlainNothing } from '../../components/grid/plain-nothing.tsx'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { useScales } from '../../components/grid/use-scales.ts'
import type { Sort } from '../../lib/sort.ts'
import { useCommands } from '../../stores/commands.ts'
import { api } from '../../stores/services.ts'
import { useOrders } from '../../stores/use-orders.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useSystem } from '../../stores/live-stats.ts'
import { useFollowed } from '../../stores/use-followed.ts'
import { ServiceCell } from './service-cell.tsx'
import {
  PHONE_SERVICE_COLUMNS,
  SERVICE_COLUMNS,
  SORTABLE_SERVICE_COLUMNS,
} from './service-columns.ts'
import { serviceCommands } from './service-commands.ts'
import { ServiceDialog } from './service-dialog.tsx'
import { hasLog, openLog } from './log-address.ts'
import { serviceLines, type ServiceLine } from './service-lines.ts'
import { isTroubled, processesFilter, serviceTitle, stateWords } from './service-words.ts'
import { servicesQuery } from './services-query.ts'

const STANDARD_SORT: Sort = { column: 'name', descending: false }
const NO_SERVICES: ServiceList['services'] = []

/** Services of the machine and of the session: what they do, what they use, and the way to start and stop them. */
export function ServicesPage() {
  const list = useFollowed(servicesQuery)
  const address = useListAddress(SORTABLE_SERVICE_COLUMNS, STANDARD_SORT)
  const { query, sort } = address
  const [, navigate] = useLocation()
  const { reason } = useCommands()
  const rows = useProcesses((live) => live.rows)
  const scales = useScales()
  const user = useSystem((system) => system?.user ?? null)
  const fixed = useSystem(whyFixed)
  const orders = useOrders(servicesQuery.queryKey)
  const [asked, setAsked] = useState<{ action: 'stop' | 'restart'; key: string } | null>(null)
  const services = list.data?.services ?? NO_SERVICES
  const lines = useMemo(
    () => serviceLines({ services, rows, user, query, sort }),
    [services, rows, user, query, sort],
  )
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
  const showProcesses = (line: ServiceLine) =>
    navigate(`/processes?view=flat&q=${encodeURIComponent(`${processesFilter(line.unit)} `)}`)
  const commands = (line: ServiceLine | undefined) =>
    serviceCommands({
      line,
      reason,
      isBusy: orders.busy !== null,
      canOrder: fixed === null,
      canLog: services.some(({ name }) => hasLog(name)),
      order,
      showProcesses,
      showLog: ({ unit: { scope, name } }) => openLog(scope, name),
    })
  const context = { ...scales, busy: orders.busy }
  const isFiltered = query !== ''

  return (
    <>
      <Sentence
        list={list.data}
        error={list.error}
        shown={lines.length}
        isFiltered={isFiltered}
        fixed={fixed}
      />
      <Banners />
      <PlainList
        list="service"
        label="Services"
        placeholder="Name, state or description"
        isStale={list.error !== null}
        address={address}
        lines={lines}
        columns={SERVICE_COLUMNS}
        onPhone={PHONE_SERVICE_COLUMNS}
        context={context}
        titleOf={({ unit }) => serviceTitle(unit)}
        commands={commands}
        renderCell={(column, line, at) => (
          <ServiceCell key={column.id} column={column} at={at} line={line} context={context} />
        )}
        nothing={
          <PlainNothing
            isKnown={list.data !== undefined}
            error={list.error}
            shown={lines.length}
            isFiltered={isFiltered}
            words={{ unavailable: 'The services are unavailable', noMatch: 'No service matches' }}
            empty={list.data?.services.length === 0 ? <NoService list={list.data} /> : null}
            onClear={() => address.setQuery('')}
            onRetry={() => void list.refetch()}
          />
        }
      />
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
  /** Why none of them takes an order; null: they do. */
  readonly fixed: string | null
}

/** Why services take no orders on this system; null: they do, or that is not known yet. */
function whyFixed(system: SystemInfo | null): string | null {
  const control = system?.capabilities['service_control']
  return control?.available === false ? control.reason : null
}

/** How many run, and who failed. */
function Sentence({ list, error, isFiltered, shown, fixed }: StateProps) {
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
      {fixed !== null && services.length > 0 && <p className="dim">{fixed}</p>}
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

function NoService({ list }: { readonly list: ServiceList }) {
  return (
    <EmptyList
      title="This machine tells of no services"
      text={`Services are read from the service manager: ${list.missing.system ?? 'it lists none'}. In a container, or on a Linux that starts without systemd, there are none to list.`}
    />
  )
}
