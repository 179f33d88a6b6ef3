import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { useFocusKeys } from './use-focus-keys.ts'

interface SearchFieldProps {
  readonly label: string
  readonly placeholder: string
  /** What is being typed. */
  readonly text: string
  /** Nothing stands before it either. */
  readonly isEmpty?: boolean
  readonly maxLength: number
  readonly onChange: (text: string) => void
  readonly onClear: () => void
  /** Keys beside Esc; what it takes it prevents. */
  readonly onKey?: (event: KeyboardEvent<HTMLInputElement>) => void
  /** Why what is typed does not hold: the id of the words, which stand in `after`. */
  readonly problemId?: string | undefined
  /** Before the text, for example finished words. */
  readonly before?: ReactNode
  readonly after?: ReactNode
}

/** A field that narrows what the page lists: `/` and Ctrl F come to it, Esc clears it, a second Esc leaves. */
export function SearchField(props: SearchFieldProps) {
  const { label, placeholder, text, isEmpty = text === '', maxLength, onChange, onClear } = props
  const { onKey, problemId, before, after } = props
  const input = useRef<HTMLInputElement>(null)
  useFocusKeys(() => input.current)
  return (
    <div className={isEmpty ? 'search' : 'search on'}>
      <Icon name="search" />
      {before}
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        maxLength={maxLength}
        spellCheck={false}
        autoComplete="off"
        {...(problemId !== undefined && { 'aria-invalid': true, 'aria-describedby': problemId })}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') {
            onKey?.(event)
            return
          }
          event.preventDefault()
          event.stopPropagation()
          if (isEmpty) event.currentTarget.blur()
          else onClear()
        }}
      />
      {isEmpty ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <button type="button" className="clear" aria-label="Clear the filter" onClick={onClear}>
          <Icon name="close" size="s" />
        </button>
      )}
      {after}
    </div>
  )
}
