import { useMemo } from 'react'
import { formatBytes, formatCount, formatPercent } from '../../lib/format.ts'
import { useProcesses } from '../../stores/live-processes.ts'

/** How many apps, and who leads. */
export function AppsSentence() {
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
