import type { ContainerList } from '@taskmanager/contracts'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { EmptyList } from '../../components/empty-list.tsx'
import { PlainList } from '../../components/grid/plain-list.tsx'
import { PlainNothing } from '../../components/grid/plain-nothing.tsx'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { useScales } from '../../components/grid/use-scales.ts'
import type { ListCommand } from '../../components/list-commands.tsx'
import type { Sort } from '../../lib/sort.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useSystem } from '../../stores/live-stats.ts'
import { useFollowed } from '../../stores/use-followed.ts'
import { ContainerCell } from './container-cell.tsx'
import {
  CONTAINER_COLUMNS,
  PHONE_CONTAINER_COLUMNS,
  SORTABLE_CONTAINER_COLUMNS,
} from './container-columns.ts'
import { containerLines, type ContainerLine } from './container-lines.ts'
import { containerTitle, isAmongOthers, NO_CGROUP } from './container-words.ts'
import { containersQuery } from './containers-query.ts'

const STANDARD_SORT: Sort = { column: 'cpu', descending: true }
const NONE: ContainerList['containers'] = []

/** Containers: what they use, what they may use, and the way to their processes. */
export function ContainersPage() {
  const list = useFollowed(containersQuery)
  const address = useListAddress(SORTABLE_CONTAINER_COLUMNS, STANDARD_SORT)
  const { query, sort } = address
  const [, navigate] = useLocation()
  const rows = useProcesses((live) => live.rows)
  const context = useScales()
  const containers = list.data?.containers ?? NONE
  const lines = useMemo(
    () => containerLines({ containers, rows, query, sort }),
    [containers, rows, query, sort],
  )
  const commands = (line: ContainerLine | undefined): ListCommand[] => [
    {
      id: 'processes',
      icon: 'processes',
      text: 'Show processes',
      keys: '↵',
      why: whyNot(line),
      run: () => line !== undefined && navigate(processesHref(line)),
    },
  ]

  return (
    <>
      <Sentence list={list.data} error={list.error} />
      <Banners />
      <PlainList
        list="container"
        label="Containers"
        placeholder="Name, image or state"
        isStale={list.error !== null}
        address={address}
        lines={lines}
        columns={CONTAINER_COLUMNS}
        onPhone={PHONE_CONTAINER_COLUMNS}
        context={context}
        titleOf={({ container }) => containerTitle(container)}
        commands={commands}
        renderCell={(column, line, at, isPhone) => (
          <ContainerCell
            key={column.id}
            column={column}
            at={at}
            line={line}
            context={context}
            isPhone={isPhone}
          />
        )}
        nothing={
          <PlainNothing
            isKnown={list.data !== undefined}
            error={list.error}
            shown={lines.length}
            isFiltered={query !== ''}
            words={{ unavailable: 'Containers are unavailable', noMatch: 'No container matches' }}
            empty={containers.length === 0 ? <NoContainer /> : null}
            onClear={() => address.setQuery('')}
            onRetry={() => void list.refetch()}
          />
        }
      />
    </>
  )
}

function whyNot(line: ContainerLine | undefined): string | null {
  if (line === undefined) return 'Choose a container first'
  if (isAmongOthers(line.container)) return NO_CGROUP
  return line.container.processes === 0 ? 'It has none' : null
}

/** By its id, which no other container has a part of. */
const processesHref = ({ container }: ContainerLine): string =>
  `/processes?view=flat&q=${encodeURIComponent(`container:"${container.id}" `)}`

/** How many run, and what is not known of them. */
function Sentence({ list, error }: { list: ContainerList | undefined; error: Error | null }) {
  const containers = list?.containers ?? NONE
  const running = containers.filter(({ processes }) => processes > 0).length
  const resting = containers.length - running
  return (
    <div className="pagehead">
      <h1 className="sentence">
        {list === undefined && error === null && 'Reading the containers…'}
        {list === undefined && error !== null && <b>Containers are not known.</b>}
        {list !== undefined && (
          <>
            <b>{running === 0 ? 'No container runs' : `${count(running)} running`}</b>
            {resting === 0 ? '.' : `, ${resting} stopped.`}
          </>
        )}
      </h1>
      {list !== undefined && list.notes.length > 0 && <p className="dim">{list.notes.join(' ')}</p>}
    </div>
  )
}

const count = (running: number): string => (running === 1 ? '1 container' : `${running} containers`)

function NoContainer() {
  const inside = useSystem((system) => system?.container ?? null)
  return (
    <EmptyList
      title="No containers here"
      text={
        inside === null
          ? 'Containers of Docker, Podman, Kubernetes, LXC and systemd-nspawn are listed once one runs on this machine.'
          : `Task Manager Pro runs inside ${inside} itself and sees what is in there; containers of the machine outside are hidden from it.`
      }
    />
  )
}
