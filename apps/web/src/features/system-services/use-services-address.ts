import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { parseSort, printSort, type Sort } from '../../lib/sort.ts'
import { SORTABLE_SERVICE_COLUMNS } from './service-columns.ts'

const STANDARD_SORT: Sort = { column: 'name', descending: false }

/** What the address says: `q` and `sort`. Typing and sorting replace the entry, they do not add one. */
export function useServicesAddress() {
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
    sort: useMemo(() => parseSort(sortText, SORTABLE_SERVICE_COLUMNS, STANDARD_SORT), [sortText]),
    setQuery: (text: string) => set('q', text),
    setSort: (sort: Sort) => set('sort', printSort(sort)),
  }
}
