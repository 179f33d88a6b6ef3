import type { ProcessInfo, ProcessRef } from '@taskmanager/contracts'
import type { ReactNode } from 'react'
import { Icon } from '../../components/icon.tsx'
import {
  formatCount,
  formatDuration,
  formatEnergy,
  formatInstant,
  formatNice,
} from '../../lib/format.ts'
import { waitWords } from '../../lib/wait-words.ts'
import { openDetails } from '../../stores/commands.ts'
import { REASONS } from './reasons.ts'

const MOST_CHILDREN = 6

/** What port 8000 says of the process, one line each; what is not known says why. */
export function Facts({ info }: { readonly info: ProcessInfo }) {
  const { cpu_time_user_ms: inPrograms, cpu_time_system_ms: inKernel } = info
  const known = <T,>(field: keyof ProcessInfo, value: T | null, print: (value: T) => ReactNode) =>
    value === null ? <Unknown info={info} field={field} /> : print(value)
  /** What this kind of system has no word for is no fact. */
  const offered = (field: keyof ProcessInfo, name: string, fact: ReactNode) =>
    info.unknown[field] === 'not_supported' ? null : <Fact name={name}>{fact}</Fact>
  const seconds = (ms: number) => formatDuration(ms / 1000)
  return (
    <dl className="kv">
      <Fact name="Command">
        {known('cmdline', info.cmdline, (words) => (
          <Command words={words} info={info} />
        ))}
      </Fact>
      <Fact name="Program">
        {known('exe', info.exe, (path) => (
          <>
            {path}
            {info.exe_deleted === true && (
              <span className="warn"> (replaced or deleted on disk)</span>
            )}
          </>
        ))}
      </Fact>
      <ReplacedLibraries paths={info.libraries_replaced} />
      <Fact name="Started by">
        <Ancestors info={info} />
      </Fact>
      <Fact name="Children">
        <Children info={info} />
      </Fact>
      <Fact name="Unit">{info.unit ?? info.container ?? <Dim>none</Dim>}</Fact>
      <Fact name="Started">
        {known('started_at_ms', info.started_at_ms, (ms) => formatInstant(ms))}
      </Fact>
      <Fact name="CPU time">
        {inPrograms === null || inKernel === null ? (
          <Unknown info={info} field="cpu_time_user_ms" />
        ) : (
          `${seconds(inPrograms + inKernel)}, of it ${seconds(inKernel)} in the kernel`
        )}
      </Fact>
      {info.energy_joules !== null && (
        <Fact name="Energy">{formatEnergy(info.energy_joules)}, as the system reckons it</Fact>
      )}
      {offered('run_delay_ms', 'Waited for CPU', known('run_delay_ms', info.run_delay_ms, seconds))}
      {offered('io_delay_ms', 'Waited for disk', known('io_delay_ms', info.io_delay_ms, seconds))}
      <Fact name="Waiting for">
        {info.status === 'running' ? (
          <Dim>nothing, it runs</Dim>
        ) : (
          known('wait_channel', info.wait_channel, (name) => <WaitsFor channel={name} />)
        )}
      </Fact>
      <Fact name="Threads">{known('num_threads', info.num_threads, formatCount)}</Fact>
      <Fact name="Priority">
        {known('nice', info.nice, formatNice)}
        {info.scheduler !== null && info.scheduler !== 'other' && `, ${info.scheduler}`}
      </Fact>
      {offered(
        'efficiency_mode',
        'Efficiency mode',
        known('efficiency_mode', info.efficiency_mode, (isOn) => (isOn ? 'on' : 'off')),
      )}
      <Fact name="Disk priority">{known('io_priority', info.io_priority, (word) => word)}</Fact>
      <Fact name="Runs on">{known('affinity', info.affinity, cpuList)}</Fact>
      <Fact name="Folder">{known('cwd', info.cwd, (path) => path)}</Fact>
      {offered('tty', 'Terminal', info.tty ?? <Dim>none</Dim>)}
      <Fact name="Listens on">
        <Listeners info={info} />
      </Fact>
      {offered('num_fds', 'Open files', known('num_fds', info.num_fds, formatCount))}
      {offered('num_handles', 'Handles', known('num_handles', info.num_handles, formatCount))}
      <Fact name="Environment">
        <Dim>never shown, it often holds secrets</Dim>
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function WaitsFor({ channel }: { readonly channel: string }) {
  const words = waitWords(channel)
  if (words === null) return <span className="mono">{channel}</span>
  return (
    <>
      {words} <Dim>({channel})</Dim>
    </>
  )
}

/** Said only where there are some: security updates want it known. */
function ReplacedLibraries({ paths }: { readonly paths: readonly string[] | null | undefined }) {
  const [first, ...others] = paths ?? []
  if (first === undefined) return null
  return (
    <Fact name="Libraries">
      <span title={paths?.join('\n')}>
        {first}
        {others.length > 0 && ` and ${formatCount(others.length)} more`}{' '}
        <span className="warn">(replaced or deleted on disk; a restart loads the new ones)</span>
      </span>
    </Fact>
  )
}

function Dim({ children }: { readonly children: ReactNode }) {
  return <span className="dim">{children}</span>
}

function Unknown({ info, field }: { readonly info: ProcessInfo; readonly field: string }) {
  const reason = info.unknown[field] ?? 'not_reported'
  if (reason !== 'not_permitted') return <Dim>{REASONS[reason]}</Dim>
  const owner = info.user === null ? '' : `: belongs to ${info.user}`
  return (
    <span className="crumbs dim">
      <Icon name="lock" />
      {REASONS[reason]}
      {owner}
    </span>
  )
}

function Command({
  words,
  info,
}: {
  readonly words: readonly string[]
  readonly info: ProcessInfo
}) {
  if (words.length === 0) {
    return <Dim>none: {info.kind === 'kernel' ? 'a kernel thread' : 'it left none'}</Dim>
  }
  return (
    <span className="mono">
      {words.join(' ')}
      {info.cmdline_truncated && '…'}
    </span>
  )
}

function ProcessLink({ process }: { readonly process: ProcessRef }) {
  return (
    <button
      type="button"
      className="link"
      onClick={() => openDetails(process.pid, process.start_id)}
    >
      {process.name}
    </button>
  )
}

function Ancestors({ info }: { readonly info: ProcessInfo }) {
  if (info.ancestors.length === 0) {
    return (
      <Dim>{info.unknown['ancestors'] === 'gone' ? 'a program that has ended' : 'the kernel'}</Dim>
    )
  }
  return (
    <span className="crumbs">
      {info.ancestors.toReversed().map((one) => (
        <span key={one.pid} className="crumbs">
          <ProcessLink process={one} />
          <Icon name="chevron-right" />
        </span>
      ))}
      <span>{info.name}</span>
    </span>
  )
}

/** All below it, not only its own children, as the question before ending counts them. */
function Children({ info }: { readonly info: ProcessInfo }) {
  const { descendants, descendant_count: count } = info.blast
  if (count === 0) return <Dim>none</Dim>
  const shown = descendants.slice(0, MOST_CHILDREN)
  return (
    <span className="crumbs">
      {shown.map((one, index) => (
        <span key={one.pid}>
          <ProcessLink process={one} />
          {index < shown.length - 1 && ','}
        </span>
      ))}
      {count > shown.length && <Dim>and {formatCount(count - shown.length)} more</Dim>}
    </span>
  )
}

function Listeners({ info }: { readonly info: ProcessInfo }) {
  const { listeners } = info.blast
  if (listeners === null) return <Dim>needs permission</Dim>
  if (listeners.length === 0) return 'nothing'
  return [
    ...new Set(
      listeners.map(({ port, client_count: count }) =>
        count === 0 ? `:${port}` : `:${port} (${count} ${count === 1 ? 'client' : 'clients'})`,
      ),
    ),
  ].join(', ')
}

/** 0, 1, 2, 3, 7 → "CPU 0–3, 7" */
function cpuList(cpus: readonly number[]): string {
  const runs: [number, number][] = []
  for (const cpu of cpus.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && cpu === last[1] + 1) last[1] = cpu
    else runs.push([cpu, cpu])
  }
  return `CPU ${runs.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(', ')}`
}
