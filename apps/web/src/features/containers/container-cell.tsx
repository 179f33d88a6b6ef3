import { FigureCell } from '../../components/grid/figure-cell.tsx'
import { NameCell } from '../../components/grid/name-cell.tsx'
import { StateCell } from '../../components/grid/state-cell.tsx'
import { TextCell } from '../../components/grid/text-cell.tsx'
import { formatBytes, UNKNOWN } from '../../lib/format.ts'
import type { ContainerColumn, ContainerTextContext } from './container-columns.ts'
import type { ContainerLine } from './container-lines.ts'
import {
  isAmongOthers,
  isHeldBack,
  networkTitle,
  NO_CGROUP,
  stateTitle,
  stateWords,
} from './container-words.ts'

interface ContainerCellProps {
  readonly column: ContainerColumn
  readonly at: number
  readonly line: ContainerLine
  readonly context: ContainerTextContext & { readonly memoryTotal: number | null }
  readonly isPhone: boolean
}

export function ContainerCell({ column, at, line, context, isPhone }: ContainerCellProps) {
  const text = column.text(line, context)
  const { container } = line
  if (column.id === 'name') {
    const sub = isPhone ? stateWords(container) : null
    return <NameCell icon="container" name={text} title={container.id} sub={sub} />
  }
  if (column.id === 'state') {
    const look = isHeldBack(container) ? 'warn' : container.state === 'running' ? 'plain' : 'dim'
    return <StateCell text={text} title={stateTitle(container)} at={at} look={look} />
  }
  if (column.hue !== undefined) {
    return <Figure column={column} at={at} line={line} text={text} context={context} />
  }
  if (column.id === 'network') {
    return <TextCell text={text} at={at} isText={false} title={networkTitle(container)} />
  }
  const isMissing = text === '' && container.unknown[FIELDS[column.id] ?? ''] !== undefined
  const title = isMissing ? NOT_TOLD : undefined
  return <TextCell text={isMissing ? UNKNOWN : text} at={at} isText={column.isText} title={title} />
}

const NOT_TOLD = 'Its engine or the kernel does not tell this here.'
const FIELDS: Readonly<Record<string, string>> = { image: 'image', tasks: 'tasks' }

/** As a share of what it may use, or of the machine. */
function Figure(props: Omit<ContainerCellProps, 'isPhone'> & { readonly text: string }) {
  const { column, at, line, text, context } = props
  const { container, programs } = line
  const isMemory = column.id === 'memory'
  const of = `programs hold ${formatBytes(programs)}, the rest is files kept in memory for it`
  return (
    <FigureCell
      column={column}
      text={text}
      value={column.value(line)}
      memoryTotal={container.memory_limit_bytes ?? context.memoryTotal}
      isEmpty={container.processes === 0}
      {...(isMemory && { reason: 'not reported: its memory is not accounted' })}
      {...(isAmongOthers(container) && { reason: NO_CGROUP })}
      {...(isMemory && programs !== null && { title: `Charged to its cgroup; ${of}` })}
      at={at}
    />
  )
}
