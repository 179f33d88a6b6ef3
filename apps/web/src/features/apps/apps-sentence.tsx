import { useMemo } from 'react'
import type { AppRow } from '@taskmanager/contracts'
import { formatBytes, formatCount, formatPercent } from '../../lib/format.ts'
import { sumKnown } from '../../lib/stats-series.ts'
import { useProcesses } from '../../stores/live-processes.ts'

/** How many apps, and who leads; under a filter what is shown, summed. */
export function AppsSentence({ shown }: { shown: readonly AppRow[] | null }) {
  const apps = useProcesses((state) => state.apps)
  const isFirst = useProcesses((state) => state.intervalMs === null)
  const leader = useMemo(
    () =>
      [...apps.values()].reduce<{
        name: string
        cpu: number
        memory: number | null
        count: number
      } | null>(
        (best, app) =>
          app.cpu_percent !== null && app.cpu_percent > (best?.cpu ?? 0)
            ? { name: app.name, cpu: app.cpu_percent, memory: app.memory, count: app.process_count }
            : best,
        null,
      ),
    [apps],
  )
  if (shown !== null && apps.size > 0) return <Filtered {...{ shown }} count={apps.size} />
  return (
    <div className="pagehead">
      <h1 className="sentence">
        {apps.size === 0 ? 'Reading the list…' : <b>{formatCount(apps.size)} apps.</b>}{' '}
        {isFirst && apps.size > 0 && 'Measuring CPU and rates, one second…'}
        {leader !== null && (
          <>
            {leader.name} uses <b>{formatPercent(leader.cpu, 1)}</b> of the CPU and{' '}
            <b>{formatBytes(leader.memory)}</b> in {formatCount(leader.count)}{' '}
            {leader.count === 1 ? 'process' : 'processes'}.
          </>
        )}
      </h1>
    </div>
  )
}

function Filtered({ shown, count }: { shown: readonly AppRow[]; count: number }) {
  const processes = shown.reduce((sum, app) => sum + app.process_count, 0)
  return (
    <div className="pagehead">
      <h1 className="sentence">
        <b>
          {formatCount(shown.length)} of {formatCount(count)} apps.
        </b>{' '}
        {shown.length > 0 && (
          <>
            {shown.length > 1 && 'Together '}
            <b>
              {formatPercent(
                sumKnown(shown, (app) => app.cpu_percent),
                1,
              )}
            </b>{' '}
            of the CPU and <b>{formatBytes(sumKnown(shown, (app) => app.memory))}</b> in{' '}
            {formatCount(processes)} {processes === 1 ? 'process' : 'processes'}.
          </>
        )}
      </h1>
    </div>
  )
}
