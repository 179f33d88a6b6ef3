import { FigureCell } from '../../components/grid/figure-cell.tsx'
import { NameCell } from '../../components/grid/name-cell.tsx'
import { StateCell } from '../../components/grid/state-cell.tsx'
import { TextCell } from '../../components/grid/text-cell.tsx'
import type { ServiceColumn, ServiceTextContext } from './service-columns.ts'
import type { ServiceLine } from './service-lines.ts'
import { isTroubled, stateWords } from './service-words.ts'

interface ServiceCellContext extends ServiceTextContext {
  readonly memoryTotal: number | null
  /** Key of the line an order is under way for. */
  readonly busy: string | null
}

interface ServiceCellProps {
  readonly column: ServiceColumn
  readonly at: number
  readonly line: ServiceLine
  readonly context: ServiceCellContext
}

export function ServiceCell({ column, at, line, context }: ServiceCellProps) {
  const text = column.text(line, context)
  const { unit } = line
  if (column.id === 'name') return <NameCell icon="service" name={text} title={unit.name} />
  if (column.id === 'state') {
    const words = context.busy === line.key ? 'Asked…' : stateWords(unit)
    // In systemd's words.
    const own = unit.sub_state === null ? unit.state : `${unit.state} (${unit.sub_state})`
    const look = isTroubled(unit) ? 'warn' : words === 'Running' ? 'plain' : 'dim'
    return <StateCell text={words} title={own} at={at} look={look} />
  }
  if (column.hue !== undefined) {
    return (
      <FigureCell
        column={column}
        text={text}
        value={column.value(line)}
        memoryTotal={context.memoryTotal}
        isEmpty={line.processes.length === 0}
        at={at}
      />
    )
  }
  const title =
    column.id === 'starts' ? (unit.starts ?? 'it has no file, or that is not told') : undefined
  return <TextCell text={text} at={at} isText={column.isText} title={title} />
}
