import { useMemo, type RefObject } from 'react'
import { useGridColumns } from '../../components/grid/use-grid-columns.ts'
import { isCard } from '../../lib/gpu-card.ts'
import { tellsUsers } from '../../lib/gpu-use.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'
import { useCanTellNetwork } from '../../stores/network-use.ts'
import { absentColumns, availableColumns, COLUMN_BY_ID, type Column } from './columns.ts'

/** The chosen columns that fit: the least important leave first; the sorted one, CPU and memory stay longest. */
export function useColumns(box: RefObject<HTMLElement | null>, sortColumn: string) {
  const fields = useProcesses((live) => live.capabilities?.columns ?? null)
  const hasGpuUsers = useStats((stats) => tellsUsers(stats?.gpus ?? []))
  const hasGpu = useStats((stats) => stats?.gpus.some(isCard) ?? false)
  const asked = useSystem((system) => system?.asked_fields ?? null)
  const canTellNetwork = useCanTellNetwork()
  const available = useMemo(
    () => availableColumns({ fields, hasGpuUsers, asked, canTellNetwork }),
    [fields, hasGpuUsers, asked, canTellNetwork],
  )
  return {
    ...useGridColumns({ box, list: 'process', available, sortColumn, onPhone: phoneColumns }),
    /** What the chooser leaves out, and why. */
    absent: absentColumns(available, hasGpu),
  }
}

/** Name, what it is sorted by, memory. */
function phoneColumns(sortColumn: string): Column[] {
  const sorted = COLUMN_BY_ID.get(sortColumn)
  const middle = sorted?.figure !== undefined && sorted.id !== 'memory' ? sorted.id : 'cpu'
  return ['name', middle, 'memory'].flatMap((id) => {
    const column = COLUMN_BY_ID.get(id)
    if (column === undefined) return []
    return id === 'memory' ? [{ ...column, width: LAST_WIDTH }] : [column]
  })
}

/** The last column has more room at its right. */
const LAST_WIDTH = 108
