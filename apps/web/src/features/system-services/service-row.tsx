import { memo } from 'react'
import { TextCell } from '../../components/grid/text-cell.tsx'
import { HeatCell } from '../../components/heat-cell.tsx'
import { Icon } from '../../components/icon.tsx'
import type { ServiceColumn } from './service-columns.ts'
import type { ServiceLine } from './service-lines.ts'
import { isTroubled, stateWords } from './service-words.ts'

export interface ServiceRowContext {
  readonly columns: readonly ServiceColumn[]
  readonly cpuFactor: number
  readonly memoryTotal: number | null
  /** Key of the line an order is under way for. */
  readonly busy: string | null
}

interface ServiceTableRowProps {
  readonly line: ServiceLine
  readonly index: number
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly context: ServiceRowContext
}

export function ServiceTableRow(props: ServiceTableRowProps) {
  const { line, index, isSelected, isCursor, context } = props
  return (
    <div
      role="row"
      id={`row-${line.key}`}
      data-key={line.key}
      className={isCursor ? 'row cursor' : 'row'}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
    >
      {context.columns.map((column, at) => (
        <Cell key={column.id} column={column} at={at + 1} line={line} context={context} />
      ))}
    </div>
  )
}

interface CellProps {
  readonly column: ServiceColumn
  readonly at: number
  readonly line: ServiceLine
  readonly context: ServiceRowContext
}

function Cell({ column, at, line, context }: CellProps) {
  const text = column.text(line, context.cpuFactor)
  const { unit } = line
  if (column.id === 'name') return <NameCell name={text} full={unit.name} />
  if (column.id === 'state') {
    const words = context.busy === line.key ? 'Asked…' : stateWords(unit)
    const own = unit.sub_state === null ? unit.state : `${unit.state} (${unit.sub_state})`
    return <StateCell text={words} own={own} at={at} isTroubled={isTroubled(unit)} />
  }
  if (column.id === 'cpu' || column.id === 'memory') {
    const value = column.value(line)
    const scale = column.id === 'cpu' ? 100 : context.memoryTotal
    const isUnknown = line.processes.length > 0 && value === null
    return (
      <HeatCell
        hue={column.hue ?? null}
        text={text}
        share={typeof value === 'number' && scale !== null ? value / scale : null}
        reason={isUnknown ? 'measuring, one second' : null}
        title={undefined}
        column={at}
      />
    )
  }
  const title = column.id === 'starts' ? (unit.starts ?? 'it has no file') : undefined
  return <TextCell text={text} at={at} isText={column.isText} title={title} />
}

const NameCell = memo(function NameCell({ name, full }: { name: string; full: string }) {
  return (
    <div role="gridcell" aria-colindex={1} className="cell nm">
      <Icon name="service" />
      <span className="n" title={full}>
        {name}
      </span>
    </div>
  )
})

interface StateCellProps {
  readonly text: string
  /** In systemd's words. */
  readonly own: string
  readonly at: number
  readonly isTroubled: boolean
}

const StateCell = memo(function StateCell(props: StateCellProps) {
  const { text, own, at, isTroubled: troubled } = props
  const look = troubled ? 'warn' : text === 'Running' ? '' : 'dim'
  return (
    <div role="gridcell" aria-colindex={at} className={`cell txt state ${look}`} title={own}>
      {troubled && <Icon name="warning" size="s" />}
      {text}
    </div>
  )
})
