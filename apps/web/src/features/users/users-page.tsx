import type { SessionList } from '@taskmanager/contracts'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { PlainList } from '../../components/grid/plain-list.tsx'
import { PlainNothing } from '../../components/grid/plain-nothing.tsx'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { useScales } from '../../components/grid/use-scales.ts'
import type { ListCommand } from '../../components/list-commands.tsx'
import type { Sort } from '../../lib/sort.ts'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useFollowed } from '../../stores/use-followed.ts'
import { sessionsQuery } from './sessions-query.ts'
import { UserCell } from './user-cell.tsx'
import { PHONE_USER_COLUMNS, SORTABLE_USER_COLUMNS, USER_COLUMNS } from './user-columns.ts'
import { userLines, type UserLine } from './user-lines.ts'

const STANDARD_SORT: Sort = { column: 'cpu', descending: true }
const NOBODY: SessionList['sessions'] = []

/** Who is signed in, and what each user's processes use together. */
export function UsersPage() {
  const list = useFollowed(sessionsQuery)
  const address = useListAddress(SORTABLE_USER_COLUMNS, STANDARD_SORT)
  const { query, sort } = address
  const [, navigate] = useLocation()
  const rows = useProcesses((live) => live.rows)
  const context = useScales()
  const isStale = isOld(useConnectionState('accuracy'))
  const sessions = list.data?.sessions ?? NOBODY
  const lines = useMemo(
    () => userLines({ sessions, rows, query, sort }),
    [sessions, rows, query, sort],
  )
  const commands = (line: UserLine | undefined): ListCommand[] => [
    {
      id: 'processes',
      icon: 'processes',
      text: 'Show processes',
      keys: '↵',
      why: line === undefined ? 'Choose one row first' : null,
      run: () => line !== undefined && navigate(processesHref(line.user)),
    },
  ]

  return (
    <>
      <Sentence list={list.data} error={list.error} />
      <Banners />
      <PlainList
        list="user"
        label="Users"
        placeholder="Name, terminal or address"
        isTree
        isStale={isStale}
        address={address}
        lines={lines}
        columns={USER_COLUMNS}
        onPhone={PHONE_USER_COLUMNS}
        context={context}
        titleOf={({ user }) => user}
        commands={commands}
        renderCell={(column, line, at, isPhone) => (
          <UserCell
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
            isKnown
            error={null}
            shown={lines.length}
            isFiltered={query !== ''}
            words={{ unavailable: '', noMatch: 'No user matches' }}
            empty={null}
            onClear={() => address.setQuery('')}
            onRetry={() => void list.refetch()}
          />
        }
      />
    </>
  )
}

/** The filter takes a name for a part of names, so a name with other signs in it stands in quotes. */
function processesHref(user: string): string {
  const token = /^[\w.-]+$/.test(user) ? `user:${user}` : `user:"${user.replaceAll('"', '')}"`
  return `/processes?view=flat&q=${encodeURIComponent(`${token} `)}`
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
