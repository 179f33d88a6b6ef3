import { formatClock, formatCount, formatDuration, formatPercent } from '../../lib/format.ts'
import { meanOf } from '../../lib/rolling-mean.ts'
import type { Verdict } from '../../lib/verdict.ts'
import { isOld, isSilent, useConnection } from '../../stores/connection.ts'
import { appCpuHistory, useProcesses } from '../../stores/live-processes.ts'
import { useServiceClock, statsHistory, useStats, useSystem } from '../../stores/live-stats.ts'
import { useVerdict } from '../../stores/machine-mood.ts'

/** How the machine is, and who is responsible. Numbers are the mean of three samples. */
export function MachineSentence() {
  return (
    <div className="pagehead">
      <div className="grow">
        <h1 className="sentence display">
          <Sentence />
        </h1>
        <FactsLine />
      </div>
    </div>
  )
}

function Sentence() {
  const stats = useConnection('stats')
  const lists = useConnection('accuracy')
  const sampledAtMs = useStats((frame) => frame?.sampled_at_ms ?? null)
  const measured = useStats((frame) => frame?.cpu_usage != null)
  if (isSilent(stats.state) && isSilent(lists.state)) {
    return (
      <>
        <b>No connection to this machine.</b>{' '}
        {sampledAtMs !== null && `Last picture from ${formatClock(sampledAtMs)}.`}
      </>
    )
  }
  if (isSilent(stats.state)) {
    return (
      <>
        <b>The machine’s figures are not known right now.</b> <Biggest />
      </>
    )
  }
  if (sampledAtMs === null) return <>Connecting to this machine…</>
  if (!measured) return <>Measuring CPU and rates, one second…</>
  return (
    <>
      <b>CPU {formatPercent(recentCpu(sampledAtMs))}</b> – <VerdictWords />{' '}
      {isSilent(lists.state) ? 'By process: not known right now.' : <Biggest />}
    </>
  )
}

function recentCpu(sampledAtMs: number): number | null {
  const { values } = statsHistory.series('cpu', sampledAtMs - 15_000, sampledAtMs)
  return meanOf(values.slice(-3))
}

const WORDS: Record<Exclude<Verdict, 'memory'>, string> = {
  calm: 'calm.',
  busy: 'busy.',
  overloaded: 'overloaded.',
  disk: 'the disk holds things up.',
}

function VerdictWords() {
  const verdict = useVerdict()
  const waits = useStats((frame) => frame?.pressure.memory?.some?.avg10 ?? null)
  if (verdict === null) return null
  if (verdict !== 'memory') return <>{WORDS[verdict]}</>
  return (
    <>
      memory is short
      {waits === null ? '.' : ` – programs wait ${formatPercent(waits)} of the time.`}
    </>
  )
}

function Biggest() {
  const biggest = useProcesses((live) => biggestApp(live.apps))
  if (biggest === null) return null
  const [name, percent] = biggest.split('\n')
  return (
    <>
      Biggest:{' '}
      <b>
        {name} {percent}
      </b>
      .
    </>
  )
}

/** Name and share of the app with the greatest mean of three seconds, as one text: a stable thing to compare. */
function biggestApp(apps: ReadonlyMap<string, { id: string; name: string }>): string | null {
  let best: { name: string; mean: number } | null = null
  for (const app of apps.values()) {
    const mean = meanOf([...(appCpuHistory(app.id)?.slice(-3) ?? [])])
    if (mean !== null && mean >= 0.5 && mean > (best?.mean ?? 0)) best = { name: app.name, mean }
  }
  return best === null ? null : `${best.name}\n${formatPercent(best.mean)}`
}

function FactsLine() {
  const os = useSystem((system) => system?.os ?? null)
  const container = useSystem((system) => system?.container ?? null)
  const virtual = useSystem((system) => system?.virtual_machine ?? null)
  const uptime = useStats((frame) => frame?.uptime_seconds ?? null)
  const totals = useProcesses((live) => live.totals)
  const partial = useProcesses((live) => live.capabilities?.partial ?? false)
  const { state, lastDataAtMs } = useConnection('stats')
  const now = useServiceClock()
  return (
    <p className="subline">
      {os !== null && (
        <span className="os">
          {[os.name ?? os.platform, os.kernel && `kernel ${os.kernel}`].filter(Boolean).join(', ')}
        </span>
      )}
      {container !== null && <span>inside {container}</span>}
      {container === null && virtual !== null && <span>virtual machine ({virtual})</span>}
      {uptime !== null && (
        <span>
          up <b>{formatDuration(uptime)}</b>
        </span>
      )}
      {totals !== null && (
        <span>
          <b>{formatCount(totals.process_count)}</b> processes,{' '}
          <b>{formatCount(totals.busy_count)}</b> busy
        </span>
      )}
      {partial && <span>some processes are hidden from this service</span>}
      {isOld(state) && lastDataAtMs !== null && (
        <span>
          last data{' '}
          <b>{formatDuration(Math.max(0, Math.round((now - lastDataAtMs) / 1000)))} ago</b>
        </span>
      )}
    </p>
  )
}
