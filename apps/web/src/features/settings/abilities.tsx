import { useAnchor } from '../../components/use-anchor.ts'
import { Icon } from '../../components/icon.tsx'
import { useProcesses } from '../../stores/live-processes.ts'
import { useSystem } from '../../stores/live-stats.ts'

/** What this service may do here, and why not. Source: capabilities of /api/system and of the lists. */
export function Abilities() {
  const capabilities = useSystem((system) => system?.capabilities ?? null)
  const lists = useProcesses((live) => live.capabilities)
  const complete = useSystem((system) => system?.inventory !== 'collecting')
  return (
    <section className="card" aria-label="What this service can do here">
      <h2>
        What this service can do here{' '}
        {!complete && <span className="r">the inventory is still being read</span>}
      </h2>
      {capabilities === null && <p className="setting dim">Known when the service answers.</p>}
      {Object.entries(capabilities ?? {}).map(([name, { available, reason }]) => (
        <Ability
          key={name}
          id={`ability-${name}`}
          name={TITLES[name] ?? sentenceCase(name)}
          available={available}
          reason={reason}
        />
      ))}
      {lists !== null && (
        <>
          <Ability
            id="ability-cpu-time"
            name="CPU time of processes"
            available
            reason={
              lists.cpu_time_resolution === 'nanosecond'
                ? 'Read in nanoseconds from the clock of each process.'
                : 'Read in clock ticks: small shares are coarse.'
            }
          />
          <Ability
            id="ability-all-processes"
            name="All processes"
            available={!lists.partial}
            reason={lists.partial_reason}
          />
        </>
      )}
    </section>
  )
}

const TITLES: Record<string, string> = {
  gpu: 'GPU',
  sensors: 'Temperatures and fans',
  battery: 'Battery',
  drive_health: 'Health of drives',
  pressure: 'Waiting time (pressure)',
  control: 'End, suspend, priority',
  service_control: 'Start and stop of services',
  elevation: 'Processes of other users',
  process_io: 'Disk traffic of processes',
  io_priority: 'Disk priority of processes',
  efficiency_mode: 'Efficiency mode of processes',
  network_use: 'Network traffic of processes',
  asked_figures: 'Open files and waiting for CPU',
  sessions: 'Who is signed in',
  startup: 'What starts by itself',
  ports: 'Who holds a port',
}

function sentenceCase(key: string): string {
  const words = key.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

interface AbilityProps {
  /** The address of the line: `/settings#ability-elevation`. */
  readonly id: string
  readonly name: string
  readonly available: boolean
  readonly reason: string | null
}

function Ability({ id, name, available, reason }: AbilityProps) {
  const anchor = useAnchor(id)
  return (
    <div className="setting" {...anchor}>
      <span>
        {name}
        {reason !== null && <small>{reason}</small>}
      </span>
      <span className="state">
        <Icon name={available ? 'good' : 'lock'} />
        {available ? 'yes' : 'no'}
      </span>
    </div>
  )
}
