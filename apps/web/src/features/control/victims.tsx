import type { ProcessInfo } from '@taskmanager/contracts'
import { Icon } from '../../components/icon.tsx'
import type { Target } from '../../stores/commands.ts'
import { useGpuUses } from '../../stores/gpu-users.ts'
import { blastLines } from './blast-lines.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

const MOST_SHOWN = 8

/** Of several: each by name, at most eight. */
export function Victims({ targets }: { readonly targets: readonly Target[] }) {
  const more = targets.length - MOST_SHOWN
  return (
    <ul className="blast">
      {targets.slice(0, MOST_SHOWN).map((target) => (
        <li key={keyOfProcess(target)}>
          <Icon name="end" />
          <div>
            {target.name}
            <small>
              PID {target.pid}
              {target.user !== null && ` · ${target.user}`}
            </small>
          </div>
        </li>
      ))}
      {more > 0 && (
        <li>
          <Icon name="more" />
          <div>and {more} more</div>
        </li>
      )}
    </ul>
  )
}

/** Of one: what ends, breaks or comes back with it. */
export function Blast({ info }: { readonly info: ProcessInfo | undefined }) {
  const cards = useGpuUses()
  if (info === undefined) return null
  const { protected_reason: reason } = info.blast
  const lines =
    reason === null
      ? blastLines(info.blast, cards?.byPid.get(info.pid)?.memory ?? null)
      : [{ icon: 'lock', isWarning: true, fact: 'Protected', detail: reason } as const]
  if (lines.length === 0) return null
  return (
    <ul className="blast">
      {lines.map((line) => (
        <li key={line.fact} className={line.isWarning ? 'warn' : undefined}>
          <Icon name={line.icon} />
          <div>
            {line.fact}
            <small>{line.detail}</small>
          </div>
        </li>
      ))}
    </ul>
  )
}
