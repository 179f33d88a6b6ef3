import { HeatCell } from '../heat-cell.tsx'
import type { GridColumn } from './grid-column.ts'

interface FigureCellProps {
  readonly column: GridColumn
  readonly text: string
  readonly value: number | string | null
  /** Of the machine; `null`: not known. */
  readonly memoryTotal: number | null
  /** It has no such figure: the cell is empty. */
  readonly isEmpty: boolean
  /** Why there is no value, where that is not that it is measured. */
  readonly reason?: string
  readonly title?: string
  readonly at: number
}

/** CPU or memory of a line of a plain list, as a share of the machine. */
export function FigureCell(props: FigureCellProps) {
  const { column, text, value, memoryTotal, isEmpty, reason, title, at } = props
  const scale = column.hue === 'cpu' ? 100 : memoryTotal
  return (
    <HeatCell
      hue={column.hue ?? null}
      text={text}
      share={typeof value === 'number' && scale !== null ? value / scale : null}
      reason={!isEmpty && value === null ? (reason ?? 'measuring, one second') : null}
      title={title}
      column={at}
    />
  )
}
