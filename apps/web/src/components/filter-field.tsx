import { useId, type KeyboardEvent } from 'react'
import type { Filter } from '../lib/filter.ts'
import { Icon } from './icon.tsx'
import { SearchField } from './search-field.tsx'

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
  const note = useId()
  const { chips, rest } = splitChips(query, filter)
  const problem = filter.tokens.find((one) => one.error !== null && isFinished(one, query))

  const write = (nextChips: readonly string[], text: string) =>
    onChange(
      [...nextChips, text]
        .filter((part, index) => part !== '' || index === nextChips.length)
        .join(' '),
    )

  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const { selectionStart, selectionEnd } = event.currentTarget
    const atStart = selectionStart === 0 && selectionEnd === 0
    if (event.key === 'Backspace' && atStart && chips.length > 0) {
      event.preventDefault()
      write(chips.slice(0, -1), `${chips.at(-1) ?? ''}${rest === '' ? '' : ` ${rest}`}`)
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      onLeave()
    }
  }

  return (
    <SearchField
      label={label}
      placeholder={chips.length === 0 ? placeholder : ''}
      text={rest}
      isEmpty={query === ''}
      maxLength={500}
      onChange={(text) => write(chips, text)}
      onClear={() => onChange('')}
      onKey={onKey}
      problemId={problem === undefined ? undefined : note}
      before={chips.map((chip, index) => (
        <button
          // oxlint-disable-next-line react/no-array-index-key -- the same token may stand twice
          key={`${index}:${chip}`}
          type="button"
          className="token"
          aria-label={`Remove ${chip}`}
          onClick={({ currentTarget }) => {
            write(
              chips.filter((_, at) => at !== index),
              rest,
            )
            currentTarget.closest('.search')?.querySelector('input')?.focus()
          }}
        >
          {chipText(chip)}
          <Icon name="close" />
        </button>
      ))}
      after={
        problem !== undefined && (
          <p className="search-note" id={note} role="status">
            <b>{problem.text}</b> {problem.error}
          </p>
        )
      }
    />
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
