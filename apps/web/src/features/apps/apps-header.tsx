import type { CSSProperties } from 'react'
import { Icon } from '../../components/icon.tsx'
import { cellPercent, cellRate, formatCount } from '../../lib/format.ts'
import { heatBar } from '../../lib/heat.ts'
import type { Sort } from '../../lib/sort.ts'
import { sumKnown } from '../../lib/stats-series.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import type { AppColumn, AppColumnId } from './app-columns.ts'

interface AppsHeaderProps {
  readonly columns: readonly AppColumn[]
  readonly sort: Sort
  readonly diskScale: number
  readonly onSort: (column: AppColumn) => void
}

/** Totals of the machine above the labels. */
export function AppsHeader({ columns, sort, diskScale, onSort }: AppsHeaderProps) {
  const cpu = useStats((stats) => stats?.cpu_usage ?? null)
  const memory = useStats((stats) => stats?.memory_percent ?? null)
  const disk = useStats((stats) =>
    stats === null
      ? null
      : sumKnown(stats.disks, (one) =>
          one.read_bytes_per_second === null && one.write_bytes_per_second === null
            ? null
            : (one.read_bytes_per_second ?? 0) + (one.write_bytes_per_second ?? 0),
        ),
  )
  const count = useProcesses((live) => live.totals?.process_count ?? null)
  const totals: Partial<Record<AppColumnId, readonly [string, string, number | null]>> = {
    processes: [count === null ? '…' : formatCount(count), '', null],
    cpu: [
      cpu === null ? '…' : cellPercent(cpu),
      cpu === null ? '' : '%',
      cpu === null ? null : cpu / 100,
    ],
    memory: [
      memory === null ? '…' : formatCount(memory),
      memory === null ? '' : '%',
      memory === null ? null : memory / 100,
    ],
    disk: [disk === null ? '…' : cellRate(disk), '', disk === null ? null : disk / diskScale],
  }
  return (
    <div role="row" aria-rowindex={1} className="row thead">
      {columns.map((column, index) => {
        const [text, unit, share] = totals[column.id] ?? [null, '', null]
        const isSorted = sort.column === column.id
        const heat = share !== null && column.hue !== undefined ? ` heat hue-${column.hue}` : ''
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={index + 1}
            className={`cell th ${column.isText ? 'txt' : 'num'}${heat}`}
            style={{ '--w': heatBar(share).toFixed(3) } as CSSProperties}
            {...(isSorted && { 'aria-sort': sort.descending ? 'descending' : 'ascending' })}
          >
            {text !== null && (
              <span className="tot">
                {text}
                {unit !== '' && <span className="u"> {unit}</span>}
              </span>
            )}
            {column.sortable ? (
              <button type="button" className="lab" tabIndex={-1} onClick={() => onSort(column)}>
                <Label column={column} />
                {isSorted && (
                  <span className={sort.descending ? 'dir' : 'dir up'}>
                    <Icon name="chevron-down" />
                  </span>
                )}
              </button>
            ) : (
              <span className="lab">
                <Label column={column} />
              </span>
            )}
          </div>
        )
      })}
    </div>
  )
}

function Label({ column }: { readonly column: AppColumn }) {
  return (
    <>
      {column.title}
      {column.unit !== undefined && <span className="u"> {column.unit}</span>}
    </>
  )
}
