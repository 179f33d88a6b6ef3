import { memo, type CSSProperties } from 'react'
import { TextCell } from '../../components/grid/text-cell.tsx'
import { HeatCell } from '../../components/heat-cell.tsx'
import { Icon } from '../../components/icon.tsx'
import type { UserColumn, UserTextContext } from './user-columns.ts'
import type { UserLine } from './user-lines.ts'

export interface UserRowContext extends UserTextContext {
  readonly columns: readonly UserColumn[]
  readonly memoryTotal: number | null
  readonly isPhone: boolean
}

interface UserTableRowProps {
  readonly line: UserLine
  readonly index: number
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly context: UserRowContext
}

export function UserTableRow({ line, index, isSelected, isCursor, context }: UserTableRowProps) {
  return (
    <div
      role="row"
      id={`row-${line.key}`}
      data-key={line.key}
      className={isCursor ? 'row cursor' : 'row'}
      aria-level={line.depth + 1}
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
  readonly column: UserColumn
  readonly at: number
  readonly line: UserLine
  readonly context: UserRowContext
}

function Cell({ column, at, line, context }: CellProps) {
  const text = column.text(line, context)
  if (column.id === 'name') {
    return <NameCell name={text} depth={line.depth} sub={context.isPhone ? subOf(line) : null} />
  }
  const value = column.value(line)
  if (line.kind === 'user' && column.hue !== undefined) {
    const scale = column.hue === 'cpu' ? 100 : context.memoryTotal
    return (
      <HeatCell
        hue={column.hue}
        text={text}
        share={typeof value === 'number' && scale !== null ? value / scale : null}
        reason={value === null ? 'measuring, one second' : null}
        title={column.id === 'memory' ? SHARED : undefined}
        column={at}
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

interface NameCellProps {
  readonly name: string
  readonly depth: number
  readonly sub: string | null
}

const NameCell = memo(function NameCell({ name, depth, sub }: NameCellProps) {
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      className="cell nm"
      style={{ '--d': depth * 1.5 } as CSSProperties}
    >
      <Icon name={depth === 0 ? 'user' : 'terminal'} />
      <span className="n" title={name}>
        {name}
        {sub !== null && <small>{sub}</small>}
      </span>
    </div>
  )
})
