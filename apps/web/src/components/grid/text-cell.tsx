import { memo } from 'react'

interface TextCellProps {
  readonly text: string
  readonly at: number
  readonly isText: boolean
  readonly title: string | undefined
}

export const TextCell = memo(function TextCell({ text, at, isText, title }: TextCellProps) {
  return (
    <div
      role="gridcell"
      aria-colindex={at}
      className={isText ? 'cell txt mid' : 'cell num mid'}
      title={title ?? (text.length > 14 ? text : undefined)}
    >
      {text}
    </div>
  )
})
