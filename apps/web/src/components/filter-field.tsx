import { useId, useRef } from 'react'
import type { Filter } from '../lib/filter.ts'
import { Icon } from './icon.tsx'
import { useFocusKeys } from './use-focus-keys.ts'

interface FilterFieldProps {
  readonly label: string
  readonly placeholder: string
  readonly query: string
  readonly filter: Filter
  readonly onChange: (query: string) => void
  /** Enter or ↓: on to the list. */
  readonly onLeave: () => void
}

/**
 * The filter of a list. Finished `field:value` tokens stand as chips before the text being typed; Backspace at the
 * start opens the last one again. What does not parse stays text and says why.
 */
export function FilterField(props: FilterFieldProps) {
  const { label, placeholder, query, filter, onChange, onLeave } = props
  const input = useRef<HTMLInputElement>(null)
  const note = useId()
  const { chips, rest } = splitChips(query, filter)
  const problem = filter.tokens.find((one) => one.error !== null && isFinished(one, query))

  useFocusKeys(() => input.current)

  const write = (nextChips: readonly string[], text: string) =>
    onChange(
      [...nextChips, text]
        .filter((part, index) => part !== '' || index === nextChips.length)
        .join(' '),
    )

  return (
    <div className={query === '' ? 'search' : 'search on'}>
      <Icon name="search" />
      {chips.map((chip, index) => (
        <button
          // oxlint-disable-next-line react/no-array-index-key -- the same token may stand twice
          key={`${index}:${chip}`}
          type="button"
          className="token"
          aria-label={`Remove ${chip}`}
          onClick={() => {
            write(
              chips.filter((_, at) => at !== index),
              rest,
            )
            input.current?.focus()
          }}
        >
          {chipText(chip)}
          <Icon name="close" />
        </button>
      ))}
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={chips.length === 0 ? placeholder : ''}
        value={rest}
        maxLength={500}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        {...(problem !== undefined && { 'aria-describedby': note })}
        onChange={(event) => write(chips, event.target.value)}
        onKeyDown={(event) => {
          const atStart =
            event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === 0
          if (event.key === 'Backspace' && atStart && chips.length > 0) {
            event.preventDefault()
            write(chips.slice(0, -1), `${chips.at(-1) ?? ''}${rest === '' ? '' : ` ${rest}`}`)
          } else if (event.key === 'Escape') {
            event.preventDefault()
            event.stopPropagation()
            if (query === '') event.currentTarget.blur()
            else onChange('')
          } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault()
            onLeave()
          }
        }}
      />
      {query === '' ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <button
          type="button"
          className="clear"
          aria-label="Clear the filter"
          onClick={() => onChange('')}
        >
          <Icon name="close" size="s" />
        </button>
      )}
      {problem !== undefined && (
        <p className="search-note" id={note} role="status">
          <b>{problem.text}</b> {problem.error}
        </p>
      )}
    </div>
  )
}

const isFinished = (token: Filter['tokens'][number], query: string): boolean =>
  token.start + token.text.length < query.length || !/[:<>=/"-]$/.test(token.text)

/** Field tokens from the start on that have a space behind them are chips. */
function splitChips(query: string, filter: Filter): { chips: string[]; rest: string } {
  const chips: string[] = []
  let at = 0
  for (const token of filter.tokens) {
    const end = token.start + token.text.length
    if (!token.isField || query[end] !== ' ') break
    chips.push(token.text)
    at = end + 1
  }
  return { chips, rest: query.slice(at) }
}

function chipText(chip: string): string {
  return chip
    .replace(/^(-?[a-z]+):/i, '$1: ')
    .replace('>=', ' ≥ ')
    .replace('<=', ' ≤ ')
    .replace(/([<>=])/, ' $1 ')
}
