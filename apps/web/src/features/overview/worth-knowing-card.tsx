import type { SystemStats } from '@taskmanager/contracts'
import { Link } from 'wouter'
import { Icon } from '../../components/icon.tsx'
import { formatClock } from '../../lib/format.ts'
import { checksOf } from '../../lib/worth-knowing-rules.ts'
import { HORIZON_MS, worthKnowing, type WorthKnowingLog } from '../../lib/worth-knowing.ts'
import { useStats } from '../../stores/live-stats.ts'
import { useWorthKnowingLogs } from '../../stores/worth-knowing.ts'

const checksAsText = (stats: SystemStats | null): string => checksOf(stats).join(', ')

/** Rules over the last ten minutes; ends with what was checked. */
export function WorthKnowing() {
  const logs = useWorthKnowingLogs()
  const checks = useStats(checksAsText)
  const findings = worthKnowing(logs)
  const isLooking = logs.every((log) => log === null)
  return (
    <section className="card" aria-label="Worth knowing">
      <h2>
        Worth knowing {findings.length > 0 && <span className="r">{findings.length} open</span>}
      </h2>
      {findings.map((finding) => (
        <div key={finding.id} className={`insight ${finding.kind}`}>
          <Icon name={finding.kind === 'warn' ? 'warning' : 'info'} />
          <div>
            <p>
              <b className="strong">{finding.fact}</b>
              {finding.rest}
            </p>
            <p>
              <span className="mid">{capital(finding.when)}</span> · {finding.detail}
            </p>
          </div>
          <Link className="btn line" href={finding.href}>
            Look
          </Link>
        </div>
      ))}
      <div className="insight good">
        <Icon name={isLooking ? 'clock' : 'good'} />
        <div>
          <p className="mid">
            {isLooking
              ? 'Looking…'
              : findings.length === 0
                ? 'Nothing to report.'
                : 'Nothing else.'}
          </p>
          <p>
            Checked{isLooking ? '' : ` ${sinceText(logs)}`}: {checks}.
          </p>
        </div>
      </div>
    </section>
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function sinceText(logs: readonly (WorthKnowingLog | null)[]): string {
  const known = logs.filter((log) => log !== null)
  const startedAtMs = Math.min(...known.map((log) => log.startedAtMs))
  const atMs = Math.max(...known.map((log) => log.atMs))
  return atMs - startedAtMs >= HORIZON_MS
    ? 'over the last 10\u202fmin'
    : `since ${formatClock(startedAtMs)}`
}
