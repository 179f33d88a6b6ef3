import { memo } from 'react'
import { TextCell } from '../../components/grid/text-cell.tsx'
import { Icon } from '../../components/icon.tsx'
import type { StartupColumn } from './startup-columns.ts'
import type { StartupLine } from './startup-lines.ts'

interface StartupRowProps {
  readonly line: StartupLine
  readonly index: number
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly columns: readonly StartupColumn[]
  /** Key of the line an order is under way for. */
  readonly busy: string | null
}

export function StartupRow(props: StartupRowProps) {
  const { line, index, isSelected, isCursor, columns, busy } = props
  return (
    <div
      role="row"
      id={`row-${line.key}`}
      data-key={line.key}
      className={isCursor ? 'row cursor' : 'row'}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
    >
      {columns.map((column, at) => (
        <Cell key={column.id} column={column} at={at + 1} line={line} busy={busy} />
      ))}
    </div>
  )
}

interface CellProps {
  readonly column: StartupColumn
  readonly at: number
  readonly line: StartupLine
  readonly busy: string | null
}

function Cell({ column, at, line, busy }: CellProps) {
  const text = column.text(line)
  const { item } = line
  if (column.id === 'name') return <NameCell name={text} file={item.file} />
  if (column.id === 'state') {
    const words = busy === line.key ? 'Asked…' : text
    return <StateCell text={words} at={at} state={item.state} fixed={item.fixed} />
  }
  return <TextCell text={text} at={at} isText={column.isText} title={undefined} />
}

const NameCell = memo(function NameCell({ name, file }: { name: string; file: string }) {
  return (
    <div role="gridcell" aria-colindex={1} className="cell nm">
      <Icon name="startup" />
      <span className="n" title={file}>
        {name}
      </span>
    </div>
  )
})

interface StateCellProps {
  readonly text: string
  readonly at: number
  readonly state: StartupLine['item']['state']
  readonly fixed: string | null
}

const StateCell = memo(function StateCell({ text, at, state, fixed }: StateCellProps) {
  const title = fixed === null ? text : `${text}. ${fixed}`
  const look = state === 'enabled' ? '' : 'dim'
  return (
    <div role="gridcell" aria-colindex={at} className={`cell txt state ${look}`} title={title}>
      {text}
    </div>
  )
})
