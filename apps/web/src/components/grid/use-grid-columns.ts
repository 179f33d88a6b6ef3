import { useEffect, useMemo, useState, useSyncExternalStore, type RefObject } from 'react'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import { fittingColumns, type GridColumn } from './grid-column.ts'

/** As the preferences of the lists are called. */
export const LISTS = ['process', 'app', 'service', 'startup', 'user', 'container'] as const
export type ListName = (typeof LISTS)[number]

/** As the styles have it: of the window, not of the list, which a drawer makes narrow on any screen. */
const phone = matchMedia('(max-width: 639px)')

function subscribe(listener: () => void): () => void {
  phone.addEventListener('change', listener)
  return () => phone.removeEventListener('change', listener)
}

interface GridColumnsInput<Column extends GridColumn> {
  readonly box: RefObject<HTMLElement | null>
  readonly list: ListName
  /** All that can be filled here, in the standard order; the name is the first. */
  readonly available: readonly Column[]
  readonly sortColumn: string
  /** What a phone has room for. */
  readonly onPhone: (sortColumn: string) => readonly Column[]
}

export interface GridColumns<Column extends GridColumn> {
  /** Drawn now, in order, with their widths. */
  readonly columns: readonly Column[]
  readonly available: readonly Column[]
  /** Ids that are chosen, whether there is room or not. */
  readonly chosen: readonly string[]
  readonly isPhone: boolean
  readonly setWidth: (id: string, width: number) => void
  /** Ids in order; `null`: the standard columns and widths. */
  readonly choose: (ids: readonly string[] | null) => void
}

/** The chosen columns of a list that fit, as this browser remembers them. */
export function useGridColumns<Column extends GridColumn>(
  input: GridColumnsInput<Column>,
): GridColumns<Column> {
  const { list, available, sortColumn, onPhone } = input
  const saved = usePreference(`${list}Columns`)
  const widths = usePreference(`${list}ColumnWidths`)
  const room = useWidth(input.box)
  const chosen = useMemo(() => {
    const standard = available.filter((column) => column.standard).map(({ id }) => id)
    const ids = (saved ?? standard).filter((id) => available.some((one) => one.id === id))
    return ['name', ...ids.filter((id) => id !== 'name')]
  }, [saved, available])
  const isPhone = useSyncExternalStore(subscribe, () => phone.matches)
  const columns = useMemo(() => {
    if (isPhone) return onPhone(sortColumn)
    const all = chosen.flatMap((id) => {
      const column = available.find((one) => one.id === id)
      return column === undefined ? [] : [withWidth(column, widths[id])]
    })
    return fittingColumns(all, room, sortColumn)
  }, [chosen, available, widths, room, isPhone, sortColumn, onPhone])
  return {
    columns,
    available,
    chosen,
    isPhone,
    setWidth: (id, width) => setPreference(`${list}ColumnWidths`, { ...widths, [id]: width }),
    choose: (ids) => {
      setPreference(`${list}Columns`, ids)
      if (ids === null) setPreference(`${list}ColumnWidths`, {})
    },
  }
}

/** Units are read here once more when they change: the page begins anew then. */
function withWidth<Column extends GridColumn>(column: Column, width: number | undefined): Column {
  return width === undefined ? column : { ...column, width, isNarrow: width < column.width }
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
