import type { ReactNode } from 'react'

interface EmptyProps {
  readonly title: string
  readonly text: string
  readonly children?: ReactNode
}

/** In place of a table without rows: why, and what to do. */
export function Empty({ title, text, children }: EmptyProps) {
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
