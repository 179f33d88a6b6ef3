import { FigureCell } from '../../components/grid/figure-cell.tsx'
import { NameCell } from '../../components/grid/name-cell.tsx'
import { TextCell } from '../../components/grid/text-cell.tsx'
import type { UserColumn, UserTextContext } from './user-columns.ts'
import type { UserLine } from './user-lines.ts'

interface UserCellProps {
  readonly column: UserColumn
  readonly at: number
  readonly line: UserLine
  readonly context: UserTextContext & { readonly memoryTotal: number | null }
  readonly isPhone: boolean
}

export function UserCell({ column, at, line, context, isPhone }: UserCellProps) {
  const text = column.text(line, context)
  if (column.id === 'name') {
    const icon = line.depth === 0 ? 'user' : 'terminal'
    const sub = isPhone ? subOf(line) : null
    return <NameCell icon={icon} name={text} title={text} depth={line.depth} sub={sub} />
  }
  const value = column.value(line)
  if (line.kind === 'user' && column.hue !== undefined) {
    return (
      <FigureCell
        column={column}
        text={text}
        value={value}
        memoryTotal={context.memoryTotal}
        isEmpty={false}
        {...(column.id === 'memory' && { title: SHARED })}
        at={at}
      />
    )
  }
  const isUnknown = column.id === 'idle' && line.sessions.length > 0 && value === null
  const title = isUnknown ? 'It has no terminal that tells when something was typed' : undefined
  return <TextCell text={text} at={at} isText={column.isText} title={title} />
}

const SHARED = 'Shared pages are split among those who share them, where that is known (PSS).'

/** On a phone, what the columns that are left out say. */
function subOf(line: UserLine): string {
  if (line.sessions.length > 1) return `${line.sessions.length} sessions`
  const [session] = line.sessions
  if (session === undefined) return 'not signed in'
  const where = line.kind === 'user' ? session.terminal : null
  return [where, session.from ?? 'at this machine'].filter(Boolean).join(' · ')
}
