import type { ReactNode } from 'react'
import type { GridLine } from './grid-keys.ts'

interface PlainRowProps<Line extends GridLine, Column extends { readonly id: string }> {
  readonly line: Line
  readonly index: number
  readonly isTree: boolean
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly columns: readonly Column[]
  readonly renderCell: (column: Column, line: Line, at: number) => ReactNode
}

/** One line of a plain list. */
export function PlainRow<Line extends GridLine, Column extends { readonly id: string }>(
  props: PlainRowProps<Line, Column>,
) {
  const { line, index, isTree, isSelected, isCursor, columns, renderCell } = props
  return (
    <div
      role="row"
      id={`row-${line.key}`}
      data-key={line.key}
      className={isCursor ? 'row cursor' : 'row'}
      aria-level={isTree ? line.depth + 1 : undefined}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
    >
      {columns.map((column, at) => renderCell(column, line, at + 1))}
    </div>
  )
}
