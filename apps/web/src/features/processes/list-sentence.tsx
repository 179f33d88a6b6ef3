import { useMemo } from 'react'
import { formatBytes, formatCount, formatPercent } from '../../lib/format.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import type { ProcessView } from './process-view.ts'

interface ListSentenceProps {
  readonly view: ProcessView
  readonly isFiltered: boolean
}

/** The page in a sentence: how many, how busy, who leads; under a filter what is shown, summed. */
export function ListSentence({ view, isFiltered }: ListSentenceProps) {
  const totals = useProcesses((live) => live.totals)
  const capabilities = useProcesses((live) => live.capabilities)
  const isFirst = useProcesses((live) => live.intervalMs === null)
  const apps = useProcesses((live) => live.apps)
  const leader = useMemo(() => {
    let best: { name: string; cpu: number } | null = null
    for (const app of apps.values()) {
      if (app.cpu_percent !== null && app.cpu_percent > (best?.cpu ?? 0)) {
        best = { name: app.name, cpu: app.cpu_percent }
      }
    }
    return best
  }, [apps])
  if (totals === null) {
    return (
      <div className="pagehead">
        <h1 className="sentence">Reading the list…</h1>
      </div>
    )
  }
  const count = formatCount(totals.process_count)
  return (
    <div className="pagehead">
      <h1 className="sentence">
        {isFiltered ? (
          <Filtered view={view} count={count} />
        ) : isFirst ? (
          <>
            <b>{count} processes.</b> Measuring CPU and rates, one second…
          </>
        ) : (
          <>
            <b>
              {count} processes, {formatCount(totals.busy_count)} busy.
            </b>{' '}
            {leader !== null && (
              <>
                {leader.name} leads with <b>{formatPercent(leader.cpu, 1)}</b> of the CPU.
              </>
            )}
          </>
        )}
        {capabilities?.partial === true && (
          <span title={capabilities.partial_reason ?? undefined}>
            {' '}
            Some processes are hidden from this service.
          </span>
        )}
      </h1>
    </div>
  )
}

function Filtered({ view: { matched, sums }, count }: { view: ProcessView; count: string }) {
  if (matched.length === 0) {
    return (
      <>
        <b>0 of {count} processes</b> match.
      </>
    )
  }
  return (
    <>
      <b>
        {formatCount(matched.length)} of {count} processes.
      </b>{' '}
      Together <b>{formatPercent(sums.cpu, 1)}</b> of the CPU and <b>{formatBytes(sums.memory)}</b>.
    </>
  )
}
