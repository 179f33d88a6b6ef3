import { useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
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
  readonly onChange: (text: string, caret: number | null) => void
  readonly onBlur?: () => void
  /** Where the caret has to go, once for each that is given; `null`: it stays. */
  readonly caret?: { readonly at: number } | null
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
  const { onKey, onBlur, problemId, before, after, caret = null } = props
  const input = useRef<HTMLInputElement>(null)
  useFocusKeys(() => input.current)
  useLayoutEffect(() => {
    if (caret !== null) input.current?.setSelectionRange(caret.at, caret.at)
  }, [caret])
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
        onChange={({ target }) => onChange(target.value, target.selectionStart)}
        onBlur={onBlur}
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
