import { useEffect, useMemo, useState, type RefObject } from 'react'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'
import { tellsUsers } from '../../lib/gpu-use.ts'
import {
  absentColumns,
  availableColumns,
  COLUMN_BY_ID,
  STANDARD_COLUMNS,
  type Column,
  type ColumnId,
} from './columns.ts'

const NAME_LEAST = 220
const PHONE_WIDTH = 640

interface ColumnsState {
  /** Drawn now, in order, with their widths. */
  readonly columns: readonly Column[]
  readonly available: readonly Column[]
  /** What the chooser leaves out, and why. */
  readonly absent: string
  /** Chosen, whether there is room or not. */
  readonly chosen: readonly string[]
  readonly isPhone: boolean
  readonly setWidth: (id: ColumnId, width: number) => void
}

/** The chosen columns that fit: the least important leave first; the sorted one, CPU and memory stay longest. */
export function useColumns(box: RefObject<HTMLElement | null>, sortColumn: string): ColumnsState {
  const fields = useProcesses((live) => live.capabilities?.columns ?? null)
  const saved = usePreference('processColumns')
  const widths = usePreference('processColumnWidths')
  const hasGpuUsers = useStats((stats) => tellsUsers(stats?.gpus ?? []))
  const hasGpu = useStats((stats) => (stats?.gpus.length ?? 0) > 0)
  const canAsk = useSystem(
    (system) => system === null || system.capabilities['asked_figures']?.available === true,
  )
  const room = useWidth(box)
  const available = useMemo(
    () => availableColumns(fields, hasGpuUsers, canAsk),
    [fields, hasGpuUsers, canAsk],
  )
  const chosen = useMemo(() => {
    const ids = (saved ?? STANDARD_COLUMNS).filter((id) => available.some((one) => one.id === id))
    return ['name', ...ids.filter((id) => id !== 'name')]
  }, [saved, available])
  const isPhone = room > 0 && room < PHONE_WIDTH
  const columns = useMemo(() => {
    const all = chosen.flatMap((id) => {
      const column = COLUMN_BY_ID.get(id)
      return column === undefined ? [] : [{ ...column, width: widths[id] ?? column.width }]
    })
    return isPhone ? phoneColumns(sortColumn) : fitting(all, room, sortColumn)
  }, [chosen, widths, room, isPhone, sortColumn])
  return {
    columns,
    available,
    absent: absentColumns(available, hasGpu),
    chosen,
    isPhone,
    setWidth: (id, width) => {
      setPreference('processColumnWidths', { ...widths, [id]: width })
    },
  }
}

function fitting(all: readonly Column[], room: number, sortColumn: string): Column[] {
  const rank = (column: Column) => (column.id === sortColumn ? 50 : column.priority)
  const kept = [...all]
  const needed = () =>
    kept.reduce((sum, column) => sum + (column.id === 'name' ? NAME_LEAST : column.width), 0)
  if (room <= 0) return kept
  while (needed() > room && kept.length > 1) {
    const least = kept.reduce((best, column) => (rank(column) < rank(best) ? column : best))
    kept.splice(kept.indexOf(least), 1)
  }
  return kept
}

/** Name, what it is sorted by, memory. */
function phoneColumns(sortColumn: string): Column[] {
  const sorted = COLUMN_BY_ID.get(sortColumn)
  const middle = sorted?.figure !== undefined && sorted.id !== 'memory' ? sorted.id : 'cpu'
  return ['name', middle, 'memory'].flatMap((id) => COLUMN_BY_ID.get(id) ?? [])
}

function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return width
}
