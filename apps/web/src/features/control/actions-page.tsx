import type { LoggedAction } from '@taskmanager/contracts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyList } from '../../components/empty-list.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { formatClock, formatCount } from '../../lib/format.ts'
import { ActionTable } from './action-table.tsx'
import { matchesAction } from './action-words.ts'
import { actionsQuery } from './actions-query.ts'
import '../../styles/actions.css'

/** What was ended or changed, by whom and with what result: the log of actions, newest first. */
export function ActionsPage() {
  const [text, setText] = useFilterText()
  const log = useInfiniteQuery(actionsQuery)
  const pages = log.data?.pages
  const actions = useMemo(() => (pages ?? []).flatMap((page) => page.actions), [pages])
  const shown = useMemo(
    () => actions.filter((action) => matchesAction(action, text)),
    [actions, text],
  )
  const older = log.hasNextPage && (
    <Button look="line" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
      {log.isFetchingNextPage ? 'Reading…' : 'Show older'}
    </Button>
  )
  return (
    <>
      <div className="pagehead">
        <h1 className="sentence">
          <b>Actions</b> – what was ended or changed, and what came of it.
        </h1>
      </div>
      <Banners />
      <div className="tools">
        <SearchField
          label="Filter actions"
          placeholder="Name, PID, action or result"
          text={text}
          maxLength={200}
          onChange={setText}
          onClear={() => setText('')}
        />
        <p className="dim" role="status">
          {actions.length > 0 && countText(shown.length, actions.length, log.hasNextPage)}
        </p>
      </div>
      <div className="actionlog">
        {shown.length > 0 && <ActionTable actions={shown} />}
        {pages === undefined && log.error === null && <p className="note">Reading the log…</p>}
        {pages === undefined && log.error !== null && (
          <EmptyList title="The log of actions is unavailable" text={log.error.message}>
            <Button look="line" onClick={() => void log.refetch()}>
              Try again
            </Button>
          </EmptyList>
        )}
        {pages !== undefined && actions.length === 0 && <NoActions />}
        {actions.length > 0 && shown.length === 0 && (
          <EmptyList
            title={`No action matches “${text.trim()}”`}
            text={log.hasNextPage ? 'Older ones have not been looked through yet.' : ''}
          >
            <Button look="line" onClick={() => setText('')}>
              Clear the filter <kbd>Esc</kbd>
            </Button>
            {older}
          </EmptyList>
        )}
        {shown.length > 0 && older}
        {pages !== undefined && <Notes {...{ pages, error: log.error, at: log.dataUpdatedAt }} />}
      </div>
    </>
  )
}

/** The filter is in the address: it survives a reload and can be sent to somebody. */
function useFilterText(): readonly [string, (next: string) => void] {
  const [params, setParams] = useSearchParams()
  const set = (next: string) =>
    setParams(
      (before) => {
        const query = new URLSearchParams(before)
        if (next === '') query.delete('q')
        else query.set('q', next)
        return query
      },
      { replace: true },
    )
  return [params.get('q') ?? '', set]
}

function countText(shown: number, all: number, hasOlder: boolean): string {
  const of = hasOlder ? `the newest ${formatCount(all)}` : formatCount(all)
  if (shown < all) return `${formatCount(shown)} of ${of}`
  if (hasOlder) return of.charAt(0).toUpperCase() + of.slice(1)
  return all === 1 ? '1 action' : `${of} actions`
}

function NoActions() {
  return (
    <EmptyList
      title="Nothing was ended or changed yet"
      text="Every end, suspend, resume, priority and choice of CPUs is written down here, whether a page or a program asked for it."
    />
  )
}

interface NotesProps {
  readonly pages: readonly {
    readonly actions: readonly LoggedAction[]
    readonly unreadable: number
  }[]
  readonly error: Error | null
  /** When the log was read last. */
  readonly at: number
}

/** What the table cannot say of itself. */
function Notes({ pages, error, at }: NotesProps) {
  const unreadable = pages.reduce((sum, page) => sum + page.unreadable, 0)
  return (
    <div className="note">
      {error !== null && (
        <p role="status">
          As it was at {formatClock(at)}. {error.message}
        </p>
      )}
      {unreadable > 0 && (
        <p>
          {unreadable === 1
            ? '1 line of the log is'
            : `${formatCount(unreadable)} lines of the log are`}{' '}
          damaged and not shown.
        </p>
      )}
      <p>
        Kept in <span className="mono">actions.log</span> in the state directory of the user who
        runs the service; the oldest leave after 50 MiB.
      </p>
    </div>
  )
}
