import type { ProcessInfo, ProcessRow } from '@taskmanager/contracts'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useSearchParams } from 'wouter'
import { Button } from '../../components/button.tsx'
import { DrawerClose } from '../../components/drawer-close.tsx'
import { useDrawerEscape } from '../../components/use-drawer-escape.ts'
import { PriorityMenu } from '../../components/priority-menu.tsx'
import { Icon } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import {
  formatClock,
  formatCount,
  formatDuration,
  formatExit,
  formatNice,
  formatState,
} from '../../lib/format.ts'
import { useBlocked } from '../../stores/blocked.ts'
import { closeDetails, useCommands, type Target } from '../../stores/commands.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useServiceClock } from '../../stores/live-stats.ts'
import { FilesTab } from './files-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { PerformanceTab } from './performance-tab.tsx'
import { ThreadsTab } from './threads-tab.tsx'
import { parseIdentity, useProcessInfo, type Identity } from './use-process-info.ts'
import { useSinceOpened } from './use-since-opened.ts'

const TABS = {
  overview: 'Overview',
  performance: 'Performance',
  threads: 'Threads',
  files: 'Files and sockets',
} as const
type Tab = keyof typeof TABS

/** The drawer of `?p=<pid>.<start_id>`: mounted beside every page, empty while nothing is open. */
export function DetailsDrawer() {
  const [params] = useSearchParams()
  const text = params.get('p')
  const identity = parseIdentity(text)
  if (text === null) return null
  return identity === null ? <BadLink /> : <Details key={text} identity={identity} />
}

function BadLink() {
  return (
    <aside className="drawer" aria-label="Details">
      <div className="dr-head">
        <div className="dr-id">
          <div className="grow">
            <h1>This link does not name a process</h1>
            <small>A link holds a PID and the mark of its start.</small>
          </div>
          <DrawerClose onClose={closeDetails} />
        </div>
      </div>
    </aside>
  )
}

function Details({ identity }: { readonly identity: Identity }) {
  const [params, setParams] = useSearchParams()
  const [isWide, setWide] = useState(false)
  const { info, state, error, newcomer } = useProcessInfo(identity)
  const listed = useProcesses((live) => live.rows.get(identity.pid))
  const row = listed?.start_id === identity.startId ? listed : undefined
  const last = useLast(row)
  const { branch, samples } = useSinceOpened(identity)
  const name = info?.name ?? row?.name ?? last?.name ?? `PID ${identity.pid}`
  const isEnded = state === 'ended'
  const tab = tabOf(params.get('tab'))
  const drawer = useRef<HTMLElement>(null)
  useDrawerEscape(drawer, closeDetails)

  const setTab = (next: Tab) =>
    setParams(
      (before) => {
        const query = new URLSearchParams(before)
        query.set('tab', next)
        return query
      },
      { replace: true },
    )

  return (
    <aside
      ref={drawer}
      className={`drawer${isWide ? ' wide' : ''}${isEnded ? ' stale' : ''}`}
      aria-label={`Details of ${name}`}
    >
      <div className="dr-head">
        <div className="dr-id">
          <span className="tile">
            <Icon name={kindIcon(info?.kind ?? row?.kind ?? 'background')} />
          </span>
          <div className="grow">
            <h1>{name}</h1>
            <small>
              <IdentityLine identity={identity} info={info} row={row ?? last} isEnded={isEnded} />
            </small>
          </div>
          <Button
            icon
            aria-label={isWide ? 'Back to the side' : 'Open as page'}
            aria-pressed={isWide}
            onClick={() => setWide(!isWide)}
          >
            <Icon name={isWide ? 'chevron-right' : 'arrow-right'} />
          </Button>
          <DrawerClose onClose={closeDetails} />
        </div>
        {!isEnded && <DetailCommands identity={identity} info={info} row={row} name={name} />}
        {isEnded && (
          <p className="dr-note dr-cmds" role="status">
            <Icon name="info" />
            {newcomer === null
              ? 'This process has ended. What is shown is the last that was known.'
              : `This process has ended. PID ${identity.pid} is now another program (${newcomer}).`}
          </p>
        )}
        {state === 'failed' && (
          <p className="dr-note dr-cmds" role="status">
            <Icon name="warning" />
            {error?.message ?? 'The details could not be read.'}
          </p>
        )}
      </div>
      <Tabs tab={tab} info={info} onChange={setTab} />
      <div className="dr-body" role="tabpanel" aria-label={tabTitle(tab, info)} tabIndex={0}>
        {tab === 'overview' && (
          <OverviewTab
            identity={identity}
            info={info}
            row={row ?? last}
            branch={branch}
            samples={samples}
            state={state}
          />
        )}
        {tab === 'performance' && (
          <PerformanceTab identity={identity} info={info} samples={samples} />
        )}
        {tab === 'threads' && <ThreadsTab identity={identity} />}
        {tab === 'files' && <FilesTab identity={identity} />}
      </div>
    </aside>
  )
}

/** Without the files where the system names none. */
const tabTitle = (tab: Tab, info: ProcessInfo | undefined): string =>
  tab === 'files' && info?.unknown['files'] === 'not_supported' ? 'Sockets' : TABS[tab]

interface TabsProps {
  readonly tab: Tab
  readonly info: ProcessInfo | undefined
  readonly onChange: (tab: Tab) => void
}

/** One tab stop; ← and → choose. */
function Tabs({ tab, info, onChange }: TabsProps) {
  const counts: Partial<Record<Tab, number | null>> = {
    threads: info?.num_threads ?? null,
    files: info?.num_fds ?? null,
  }
  const names = Object.keys(TABS) as Tab[]
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const next = names[(names.indexOf(tab) + by + names.length) % names.length]
    if (next === undefined) return
    onChange(next)
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label="Details" tabIndex={-1} onKeyDown={onKey}>
      {names.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          data-tab={one}
          aria-selected={one === tab}
          tabIndex={one === tab ? 0 : -1}
          onClick={() => onChange(one)}
        >
          {tabTitle(one, info)}
          {counts[one] != null && <span className="c"> {formatCount(counts[one])}</span>}
        </button>
      ))}
    </div>
  )
}

interface IdentityLineProps {
  readonly identity: Identity
  readonly info: ProcessInfo | undefined
  readonly row: ProcessRow | undefined
  readonly isEnded: boolean
}

function IdentityLine({ identity, info, row, isEnded }: IdentityLineProps) {
  const now = useServiceClock()
  const listedEnd = useProcesses((live) =>
    live.ended.find(
      (item) => item.row.pid === identity.pid && item.row.start_id === identity.startId,
    ),
  )
  const [seenEnd, setSeenEnd] = useState(listedEnd)
  // The lists forget what ended after ten seconds; the header does not.
  if (listedEnd !== undefined && listedEnd !== seenEnd) setSeenEnd(listedEnd)
  const started = info?.started_at_ms ?? row?.started_at_ms ?? null
  const status = row?.status ?? info?.status
  const user = info?.user ?? row?.user ?? null
  const age = started === null ? null : `running ${formatDuration((now - started) / 1000)}`
  const end =
    seenEnd === undefined
      ? 'ended'
      : `ended ${formatClock(seenEnd.endedAtMs)}${formatExit(seenEnd.exit)}`
  return [
    `PID ${identity.pid}`,
    user,
    isEnded ? end : age,
    isEnded || status === undefined ? null : formatState(status).replace(' (', '\u00a0('),
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

interface DetailCommandsProps {
  readonly identity: Identity
  readonly info: ProcessInfo | undefined
  readonly row: ProcessRow | undefined
  readonly name: string
}

function DetailCommands({ identity, info, row, name }: DetailCommandsProps) {
  const commands = useCommands()
  const target: Target = {
    pid: identity.pid,
    start_id: identity.startId,
    name,
    user: info?.user ?? row?.user ?? null,
    isKernel: (info?.kind ?? row?.kind) === 'kernel',
  }
  const isSuspended = (row?.status ?? info?.status) === 'stopped'
  const nice = row?.nice ?? info?.nice ?? null
  const protectedReason = info?.blast.protected_reason ?? null
  const why = useBlocked([target]) ?? protectedReason ?? undefined
  const isOff = why !== undefined
  return (
    <div className="dr-cmds">
      <Button
        look="line"
        disabled={isOff}
        title={why}
        onClick={() => commands.end([target], false)}
      >
        <Icon name="end" />
        End
      </Button>
      <Button look="line" disabled={isOff} title={why} onClick={() => commands.end([target], true)}>
        <Icon name="force-end" />
        Force end
      </Button>
      <Button
        look="line"
        disabled={isOff}
        title={why}
        onClick={() => (isSuspended ? commands.resume([target]) : commands.suspend([target]))}
      >
        <Icon name={isSuspended ? 'play' : 'suspend'} />
        {isSuspended ? 'Resume' : 'Suspend'}
      </Button>
      <PriorityMenu
        targets={[target]}
        commands={commands}
        off={isOff}
        why={why}
        look="line"
        text={nice === null ? 'Priority' : formatNice(nice).replace(/ \(.*/, '')}
      />
    </div>
  )
}

const tabOf = (text: string | null): Tab =>
  text !== null && Object.hasOwn(TABS, text) ? (text as Tab) : 'overview'

/** The newest row there was: its figures stay when the process ends. */
function useLast(row: ProcessRow | undefined): ProcessRow | undefined {
  const [last, setLast] = useState(row)
  if (row !== undefined && row !== last) setLast(row)
  return row ?? last
}
