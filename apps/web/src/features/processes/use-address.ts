import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { parseFilter } from '../../lib/filter.ts'
import { parseSort, printSort, type Sort } from '../../lib/sort.ts'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import { SORTABLE_COLUMNS } from './columns.ts'

const STANDARD_SORT: Sort = { column: 'cpu', descending: true }

/** What the address says: `q`, `sort`, `view`. Typing, sorting and the view replace the entry, they do not add one. */
export function useAddress() {
  const [params, setParams] = useSearchParams()
  const remembered = usePreference('processView')
  const query = params.get('q') ?? ''
  const sortText = params.get('sort')
  const view = params.get('view')
  const set = useCallback(
    (name: string, value: string | null) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before)
          if (value === null || value === '') next.delete(name)
          else next.set(name, value)
          return next
        },
        { replace: true },
      ),
    [setParams],
  )
  return {
    query,
    filter: useMemo(() => parseFilter(query), [query]),
    sort: useMemo(() => parseSort(sortText, SORTABLE_COLUMNS, STANDARD_SORT), [sortText]),
    tree: (view === 'tree' || view === 'flat' ? view : remembered) === 'tree',
    /** `pid.start_id` of the open drawer. */
    opened: params.get('p'),
    setQuery: useCallback((text: string) => set('q', text), [set]),
    setSort: useCallback((sort: Sort) => set('sort', printSort(sort)), [set]),
    setTree: useCallback(
      (tree: boolean) => {
        set('view', tree ? 'tree' : 'flat')
        setPreference('processView', tree ? 'tree' : 'flat')
      },
      [set],
    ),
    setOpened: useCallback((identity: string) => set('p', identity), [set]),
  }
}
