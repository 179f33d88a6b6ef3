import type { ReactNode } from 'react'

interface EmptyListProps {
  readonly title: string
  readonly text: string
  readonly children?: ReactNode
}

/** Why a list is empty, and what to do. */
export function EmptyList({ title, text, children }: EmptyListProps) {
  return (
    <div className="empty" role="status">
      <div className="in">
        <h2>{title}</h2>
        {text !== '' && <p>{text}</p>}
        {children !== undefined && <div className="bs">{children}</div>}
      </div>
    </div>
  )
}
