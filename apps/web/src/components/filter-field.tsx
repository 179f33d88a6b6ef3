import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import {
  joinChips,
  openLastChip,
  splitChips,
  typeBehind,
  type ChipSplit,
} from '../lib/filter-chips.ts'
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
 * start opens the last one again, until something is typed elsewhere or the field is left. What does not parse stays
 * text and says why.
 */
export function FilterField(props: FilterFieldProps) {
  const { label, placeholder, query, filter, onChange, onLeave } = props
  const note = useId()
  const [typed, setTyped] = useState<(ChipSplit & { query: string }) | null>(null)
  const found = useMemo(() => splitChips(query), [query])
  // What was typed here stands as it was typed, until the query comes from elsewhere.
  const split = typed?.query === query ? typed : found
  const { chips, text } = split
  const caret = useMemo(() => (split.caret === null ? null : { at: split.caret }), [split])
  const problem = filter.tokens.find((one) => one.error !== null && isFinished(one, query))

  const write = (next: ChipSplit) => {
    const nextQuery = joinChips(next)
    setTyped({ ...next, query: nextQuery })
    if (nextQuery !== query) onChange(nextQuery)
  }

  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const { selectionStart, selectionEnd } = event.currentTarget
    const atStart = selectionStart === 0 && selectionEnd === 0
    if (event.key === 'Backspace' && atStart && chips.length > 0) {
      event.preventDefault()
      write(openLastChip(split))
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      onLeave()
    }
  }

  return (
    <SearchField
      label={label}
      placeholder={chips.length === 0 ? placeholder : ''}
      text={text}
      caret={caret}
      isEmpty={query === ''}
      maxLength={500}
      onChange={(next, nextCaret) => write(typeBehind(split, next, nextCaret))}
      onBlur={() => setTyped(null)}
      onClear={() => onChange('')}
      onKey={onKey}
      problemId={problem === undefined ? undefined : note}
      before={chips.map((chip, index) => (
        <button
          // oxlint-disable-next-line react/no-array-index-key -- the same token may stand twice
          key={`${index}:${chip}`}
          type="button"
          className="token"
          title={chip}
          aria-label={`Remove ${chip}`}
          onClick={({ currentTarget }) => {
            write({ chips: chips.filter((_, at) => at !== index), text, caret: null })
            currentTarget.closest('.search')?.querySelector('input')?.focus()
          }}
        >
          <span>{chipText(chip)}</span>
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

function chipText(chip: string): string {
  return chip
    .replace(/^(-?[a-z]+):/i, '$1: ')
    .replace('>=', ' ≥ ')
    .replace('<=', ' ≤ ')
    .replace(/([<>=])/, ' $1 ')
}
