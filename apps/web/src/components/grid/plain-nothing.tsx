import type { ReactNode } from 'react'
import { Button } from '../button.tsx'
import { EmptyList } from '../empty-list.tsx'

interface PlainNothingProps {
  readonly isKnown: boolean
  readonly error: Error | null
  /** Lines that are left by the filter. */
  readonly shown: number
  readonly isFiltered: boolean
  /** Titles. */
  readonly words: { readonly unavailable: string; readonly noMatch: string }
  /** There are no lines even without a filter, and why; `null`: there are. */
  readonly empty: ReactNode
  readonly onClear: () => void
  readonly onRetry: () => void
}

/** Why a plain list is empty, and what to do. */
export function PlainNothing(props: PlainNothingProps) {
  const { isKnown, error, shown, isFiltered, words, empty, onClear, onRetry } = props
  if (shown > 0 || (!isKnown && error === null)) return null
  if (!isKnown) {
    return (
      <EmptyList title={words.unavailable} text={error?.message ?? ''}>
        <Button look="line" onClick={onRetry}>
          Try again
        </Button>
      </EmptyList>
    )
  }
  if (empty !== null) return empty
  return isFiltered ? (
    <EmptyList title={words.noMatch} text="">
      <Button look="line" onClick={onClear}>
        Clear the filter <kbd>Esc</kbd>
      </Button>
    </EmptyList>
  ) : null
}
