import { Link } from 'wouter'
import { Icon } from '../../components/icon.tsx'
import { CHECKS, worthKnowing } from '../../lib/worth-knowing.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { useOomKillsAtStart } from '../../stores/machine-mood.ts'

/** Rules over the live picture; ends with what was checked. */
export function WorthKnowing() {
  const stats = useStats((frame) => frame)
  const totals = useProcesses((live) => live.totals)
  const accounting = useProcesses((live) => live.accounting)
  const capabilities = useProcesses((live) => live.capabilities)
  const oomKillsAtStart = useOomKillsAtStart()
  const findings = worthKnowing({ stats, totals, accounting, capabilities, oomKillsAtStart })
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
            <p>{finding.detail}</p>
          </div>
          <Link className="btn line" href={finding.href}>
            Look
          </Link>
        </div>
      ))}
      <div className="insight good">
        <Icon name={stats === null ? 'clock' : 'good'} />
        <div>
          <p className="mid">
            {stats === null
              ? 'Looking…'
              : findings.length === 0
                ? 'Nothing to report.'
                : 'Nothing else.'}
          </p>
          <p>Checked: {CHECKS.join(', ')}.</p>
        </div>
      </div>
    </section>
  )
}
