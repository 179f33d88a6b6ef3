import { memo } from 'react'
import { Icon } from '../icon.tsx'

interface StateCellProps {
  readonly text: string
  readonly title: string
  readonly at: number
  /** As always, of no interest, or asking for a look. */
  readonly look: 'plain' | 'dim' | 'warn'
}

/** A state in a word, in a plain list. */
export const StateCell = memo(function StateCell({ text, title, at, look }: StateCellProps) {
  const names = ['cell txt state', look !== 'plain' && look].filter(Boolean)
  return (
    <div role="gridcell" aria-colindex={at} className={names.join(' ')} title={title}>
      {look === 'warn' && <Icon name="warning" size="s" />}
      {text}
    </div>
  )
})
