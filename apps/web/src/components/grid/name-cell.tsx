import { memo, type CSSProperties } from 'react'
import { Icon, type IconName } from '../icon.tsx'

interface NameCellProps {
  readonly icon: IconName
  readonly name: string
  /** Said on hover. */
  readonly title: string
  /** In a list that is a tree. */
  readonly depth?: number
  /** Below it, where the columns that say this are left out. */
  readonly sub?: string | null
}

/** First cell of a plain list. */
export const NameCell = memo(function NameCell(props: NameCellProps) {
  const { icon, name, title, depth = 0, sub = null } = props
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      className="cell nm"
      {...(depth > 0 && { style: { '--d': depth * 1.5 } as CSSProperties })}
    >
      <Icon name={icon} />
      <span className="n" title={title}>
        {name}
        {sub !== null && <small>{sub}</small>}
      </span>
    </div>
  )
})
