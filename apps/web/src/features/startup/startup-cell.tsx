import { NameCell } from '../../components/grid/name-cell.tsx'
import { StateCell } from '../../components/grid/state-cell.tsx'
import { TextCell } from '../../components/grid/text-cell.tsx'
import type { StartupColumn, StartupTextContext } from './startup-columns.ts'
import type { StartupLine } from './startup-lines.ts'
import { isTimed } from './startup-words.ts'

interface StartupCellProps {
  readonly column: StartupColumn
  readonly at: number
  readonly line: StartupLine
  /** Key of the line an order is under way for. */
  readonly busy: string | null
  readonly context: StartupTextContext
}

export function StartupCell({ column, at, line, busy, context }: StartupCellProps) {
  const text = column.text(line, context)
  const { item } = line
  if (column.id === 'name')
    return (
      <NameCell icon={isTimed(item.kind) ? 'clock' : 'startup'} name={text} title={item.file} />
    )
  if (column.id === 'state') {
    const words = busy === line.key ? 'Asked…' : text
    const title = item.fixed === null ? words : `${words}. ${item.fixed}`
    const look = item.state === 'enabled' ? 'plain' : 'dim'
    return <StateCell text={words} title={title} at={at} look={look} />
  }
  return <TextCell text={text} at={at} isText={column.isText} title={undefined} />
}
