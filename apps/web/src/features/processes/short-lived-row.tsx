import { Icon } from '../../components/icon.tsx'
import { cellPercent } from '../../lib/format.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import type { Column } from './columns.ts'
import { shortLived } from './short-lived.ts'

interface ShortLivedRowProps {
  readonly columns: readonly Column[]
  /** From the share of the machine to the scale that is chosen. */
  readonly cpuFactor: number
}

/** The last row: programs that came and went between two samples. It is no process, so it cannot be chosen. */
export function ShortLivedRow({ columns, cpuFactor }: ShortLivedRowProps) {
  const accounting = useProcesses((live) => live.accounting)
  const intervalMs = useProcesses((live) => live.intervalMs)
  const known = shortLived(accounting, intervalMs)
  if (known === null) return null
  return (
    <div role="rowgroup">
      <div role="row" className="row fold short-lived">
        {columns.map(({ id }, at) =>
          id === 'name' ? (
            <div key={id} role="gridcell" aria-colindex={at + 1} className="cell nm">
              <Icon name="ghost" />
              <span className="n">Short-lived</span>
              <span className="h" title={known.text}>
                {known.text}
              </span>
            </div>
          ) : (
            <div key={id} role="gridcell" aria-colindex={at + 1} className="cell num">
              {id === 'cpu' && cellPercent(known.cpuPercent * cpuFactor)}
            </div>
          ),
        )}
      </div>
    </div>
  )
}
