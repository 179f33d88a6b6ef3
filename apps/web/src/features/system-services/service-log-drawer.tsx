import type { LogLine, ServiceLog } from '@taskmanager/contracts'
import { Fragment, useLayoutEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { DrawerClose } from '../../components/drawer-close.tsx'
import { Icon } from '../../components/icon.tsx'
import { useDrawerEscape } from '../../components/use-drawer-escape.ts'
import { formatClock, formatDay } from '../../lib/format.ts'
import { usePreference } from '../../stores/preferences.ts'
import { useFollowed } from '../../stores/use-followed.ts'
import { closeLog, parseLogAddress, type LogOf } from './log-address.ts'
import { serviceLogQuery } from './service-log-query.ts'
import { serviceTitle } from './service-words.ts'

/** The drawer of `?log=system:cron.service`. */
export function ServiceLogDrawer({ address }: { readonly address: string }) {
  const of = parseLogAddress(address)
  return of === null ? <BadLink /> : <LogDrawer of={of} />
}

function BadLink() {
  return (
    <aside className="drawer" aria-label="Log">
      <div className="dr-head">
        <div className="dr-id">
          <div className="grow">
            <h1>This link does not name a service</h1>
          </div>
          <DrawerClose onClose={closeLog} />
        </div>
      </div>
    </aside>
  )
}

function LogDrawer({ of }: { readonly of: LogOf }) {
  const log = useFollowed(serviceLogQuery(of))
  const isPaused = usePreference('paused')
  const drawer = useRef<HTMLElement>(null)
  useDrawerEscape(drawer, closeLog)
  const title = serviceTitle({ unit: of.name })
  return (
    <aside ref={drawer} className="drawer" aria-label={`Log of ${title}`}>
      <div className="dr-head">
        <div className="dr-id">
          <span className="tile">
            <Icon name="file" />
          </span>
          <div className="grow">
            <h1>{title}</h1>
            <small>
              {of.scope === 'system' ? 'Log of a service of the machine' : 'Log of your service'}
              {log.error === null && (isPaused ? ', paused' : ', followed')}
            </small>
          </div>
          <DrawerClose onClose={closeLog} />
        </div>
        {log.error !== null && (
          <p className="dr-note dr-cmds" role="status">
            <Icon name="warning" />
            <span className="grow">{log.error.message}</span>
            <Button look="line" onClick={() => void log.refetch()}>
              Try again
            </Button>
          </p>
        )}
      </div>
      <LogBody log={log.data} isReading={log.isPending} />
    </aside>
  )
}

interface LogBodyProps {
  readonly log: ServiceLog | undefined
  readonly isReading: boolean
}

/** Newest last. It stays at the end while somebody looks at the end, and where they are while they do not. */
function LogBody({ log, isReading }: LogBodyProps) {
  const body = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    if (isAtEnd.current && body.current !== null) body.current.scrollTop = body.current.scrollHeight
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what grows is the log
  }, [log])
  return (
    <div
      className="dr-body log"
      role="log"
      aria-live="off"
      aria-label="Log"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by key
      tabIndex={0}
      ref={body}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        (isAtEnd.current = scrollHeight - scrollTop - clientHeight < 4)
      }
    >
      {isReading && <p className="dr-note">Reading…</p>}
      {log?.has_older === true && <p className="dim">Older entries are left out.</p>}
      {log?.missing != null && (
        <p className="dr-note">
          <Icon name="info" />
          {log.missing}
        </p>
      )}
      {log?.lines.length === 0 && log.missing === null && (
        <p className="dr-note">The journal holds nothing of this service.</p>
      )}
      {log !== undefined && log.lines.length > 0 && <Lines lines={log.lines} />}
    </div>
  )
}

function Lines({ lines }: { readonly lines: readonly LogLine[] }) {
  const seen = new Map<number, number>()
  return (
    <ol>
      {lines.map((line, at) => {
        const twin = seen.get(line.at_ms) ?? 0
        seen.set(line.at_ms, twin + 1)
        const day = formatDay(line.at_ms)
        const isNewDay = at === 0 || day !== formatDay(lines[at - 1]?.at_ms ?? 0)
        return (
          <Fragment key={`${line.at_ms} ${twin}`}>
            {isNewDay && <li className="day">{day}</li>}
            <Line line={line} />
          </Fragment>
        )
      })}
    </ol>
  )
}

const PRIORITIES = ['emergency', 'alert', 'critical', 'error', 'warning'] as const

function Line({
  line: { at_ms: at, priority, text, identifier, pid },
}: {
  readonly line: LogLine
}) {
  const word = priority === null ? undefined : PRIORITIES[priority]
  const from = `${identifier ?? 'unknown'}${pid === null ? '' : `, PID ${pid}`}`
  return (
    <li className={word === undefined ? undefined : 'warn'} title={from}>
      <time dateTime={new Date(at).toISOString()}>{formatClock(at)}</time>
      {word !== undefined && (
        <span className="word">
          <Icon name="warning" size="s" />
          {word}
        </span>
      )}
      <span className="text">{text}</span>
    </li>
  )
}
