import { ASKED_FIELDS, type AskedField } from '@taskmanager/contracts'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { indexAsked, type AskedIndex } from '../../lib/asked-index.ts'
import { usePreference } from '../../stores/preferences.ts'
import { api } from '../../stores/services.ts'
import type { Column } from './columns.ts'

const EVERY_MS = 2000

const figuresQuery = (fields: readonly AskedField[], isPaused: boolean) =>
  queryOptions({
    queryKey: ['process-figures', ...fields],
    queryFn: ({ signal }) => api.getProcessFigures(fields, signal),
    enabled: fields.length > 0,
    refetchInterval: isPaused ? false : EVERY_MS,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  })

/** What the drawn columns need beside the list: nothing is read for a column that nobody shows. `null`: not known. */
export function useAskedFigures(columns: readonly Column[]): AskedIndex | null {
  const isPaused = usePreference('paused')
  const fields = useMemo(
    () => ASKED_FIELDS.filter((field) => columns.some(({ asks }) => asks === field)),
    [columns],
  )
  const { data } = useQuery(figuresQuery(fields, isPaused))
  const isAsked = fields.length > 0
  return useMemo(() => (data === undefined || !isAsked ? null : indexAsked(data)), [data, isAsked])
}
