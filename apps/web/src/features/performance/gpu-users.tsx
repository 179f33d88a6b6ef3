import { Link } from 'wouter'
import type { GpuStats, ProcessRow } from '@taskmanager/contracts'
import { Icon } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import { Value } from '../../components/value.tsx'
import { commandHint } from '../../lib/command-hint.ts'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { isCard, NOT_TOLD, unattributedOf } from '../../lib/gpu-card.ts'
import { sumKnown } from '../../lib/stats-series.ts'
import { openDetails } from '../../stores/commands.ts'
import { useProcesses } from '../../stores/live-processes.ts'

const MOST_USERS = 12

type User = GpuStats['processes'][number]

/** Programs on the card, biggest first, and what nobody is known to use: together they are the card. */
export function GpuUsers({ gpu }: { gpu: GpuStats }) {
  const rows = useProcesses((live) => live.rows)
  const users = gpu.processes.toSorted(
    (a, b) =>
      (b.usage_percent ?? 0) - (a.usage_percent ?? 0) ||
      (b.memory_bytes ?? 0) - (a.memory_bytes ?? 0),
  )
  // A neural processor is one engine.
  const hasEngines = isCard(gpu) && users.some(({ engine }) => engine !== null)
  const rest = unattributedOf(gpu)
  const hasRest = isCard(gpu) || rest.usage !== null || rest.memory !== null
  const others = users.slice(MOST_USERS)
  return (
    <section aria-label="Who uses it">
      <div className="subhead">
        <h2>Who uses it</h2>
        <span>{headline(gpu)}</span>
        <span className="r">
          {isCard(gpu) && <Link href="/processes?q=gpu%3E%3D0&sort=-gpu">All in Processes</Link>}
        </span>
      </div>
      <table className="plain card-users">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">PID</th>
            {hasEngines && <th scope="col">Engine</th>}
            <th scope="col">{isCard(gpu) ? 'GPU' : 'NPU'}</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          {users.slice(0, MOST_USERS).map((user) => (
            <UserRow
              key={user.pid}
              user={user}
              process={rows.get(user.pid)}
              hasEngines={hasEngines}
            />
          ))}
          {others.length > 0 && (
            <SumRow
              name={`${others.length} more`}
              usage={sumKnown(others, (user) => user.usage_percent)}
              memory={sumKnown(others, (user) => user.memory_bytes)}
              hasEngines={hasEngines}
            />
          )}
          {hasRest && (
            <SumRow
              name={`unattributed: ${gpu.processes_hidden ? 'programs of others, ' : ''}${isCard(gpu) ? 'driver and display' : 'driver'}`}
              {...rest}
              hasEngines={hasEngines}
            />
          )}
        </tbody>
      </table>
    </section>
  )
}

function headline(gpu: GpuStats): string {
  if (gpu.unknown['processes'] === 'not_supported') return 'the driver does not tell'
  if (gpu.unknown['processes'] === 'not_permitted') return 'the driver tells it to administrators'
  if (gpu.processes.length === 0) return 'no program at the moment'
  const known = sumKnown(gpu.processes, (user) => user.usage_percent)
  if (known === null) return 'by memory; the driver tells no share of a program just now'
  return gpu.usage_percent === null
    ? `${formatPercent(known)} known by process`
    : `${formatPercent(Math.min(known, gpu.usage_percent))} of ${formatPercent(gpu.usage_percent)} known by process`
}

interface UserRowProps {
  readonly user: User
  readonly process: ProcessRow | undefined
  readonly hasEngines: boolean
}

function UserRow({ user, process, hasEngines }: UserRowProps) {
  return (
    <tr>
      <td>
        <span className="nmx">
          <Icon name={kindIcon(process?.kind ?? 'background')} />
          {process === undefined ? <span>ended or hidden</span> : <Program process={process} />}
        </span>
      </td>
      <td className="dim">{user.pid}</td>
      {hasEngines && <td className="mid">{user.engine ?? 'idle'}</td>}
      <td title={user.usage_percent === null ? NOT_TOLD : undefined}>
        <Value>{formatPercent(user.usage_percent)}</Value>
      </td>
      <td title={user.memory_bytes === null ? NOT_TOLD : undefined}>
        <Value>{formatBytes(user.memory_bytes)}</Value>
      </td>
    </tr>
  )
}

/** Programs on a card often share one name: its arguments tell which it is. */
function Program({ process }: { readonly process: ProcessRow }) {
  return (
    <button
      type="button"
      className="link program"
      title={process.cmdline ?? undefined}
      onClick={() => openDetails(process.pid, process.start_id)}
    >
      {process.name}
      <span className="dim">{commandHint(process.cmdline)}</span>
    </button>
  )
}

interface SumRowProps {
  readonly name: string
  readonly usage: number | null
  readonly memory: number | null
  readonly hasEngines: boolean
}

function SumRow({ name, usage, memory, hasEngines }: SumRowProps) {
  return (
    <tr className="dim">
      <td>
        <span className="nmx">
          <Icon name="more" />
          <span>{name}</span>
        </span>
      </td>
      <td>–</td>
      {hasEngines && <td>–</td>}
      <td>{formatPercent(usage)}</td>
      <td>{formatBytes(memory)}</td>
    </tr>
  )
}
