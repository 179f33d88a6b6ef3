import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { parseSort, printSort, type Sort } from '../../lib/sort.ts'

export interface ListAddress {
  readonly query: string
  readonly sort: Sort
  readonly setQuery: (text: string) => void
  readonly setSort: (sort: Sort) => void
}

/** What the address of a list says: `q` and `sort`. Typing and sorting replace the entry, they do not add one. */
export function useListAddress(sortable: readonly string[], standard: Sort): ListAddress {
  const [params, setParams] = useSearchParams()
  const sortText = params.get('sort')
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  return {
    query: params.get('q') ?? '',
    sort: useMemo(() => parseSort(sortText, sortable, standard), [sortText, sortable, standard]),
    setQuery: (text: string) => set('q', text),
    setSort: (sort: Sort) => set('sort', printSort(sort)),
  }
}
