import type { ComponentProps } from 'react'

interface ButtonProps extends ComponentProps<'button'> {
  /** `line`: outlined · `ink`: the one to press · `crit`: ends something · `icon`: square, needs an aria-label. */
  readonly look?: 'plain' | 'line' | 'ink' | 'crit'
  readonly icon?: boolean
}

export function Button({ look = 'plain', icon = false, className, ...rest }: ButtonProps) {
  const names = ['btn', look !== 'plain' && look, icon && 'icon', className].filter(Boolean)
  return <button type="button" {...rest} className={names.join(' ')} />
}

interface SegmentsProps<T extends string | number> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly text: string }[]
  readonly onChange: (value: T) => void
}

/** A choice of a few, all in sight. */
export function Segments<T extends string | number>(props: SegmentsProps<T>) {
  return (
    <span className="seg" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === props.value}
          onClick={() => props.onChange(option.value)}
        >
          {option.text}
        </button>
      ))}
    </span>
  )
}
