import { useEffect, useMemo, useState, type RefObject } from 'react'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import { fittingColumns, type GridColumn } from './grid-column.ts'

/** As the preferences of a list are called. */
export type ListName = 'process' | 'app' | 'service' | 'startup' | 'user' | 'container'

const PHONE_WIDTH = 640

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
  const isPhone = room > 0 && room < PHONE_WIDTH
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

/** Units of some columns are asked for when they are read: the column stays what it is. */
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
