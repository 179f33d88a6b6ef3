import {
  useQuery,
  type QueryKey,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query'
import { usePreference } from './preferences.ts'

/** A question that is asked again and again; a paused view keeps the answer it has. */
export function useFollowed<Data, Key extends QueryKey>(
  options: UseQueryOptions<Data, Error, Data, Key>,
): UseQueryResult<Data> {
  const isPaused = usePreference('paused')
  return useQuery(isPaused ? { ...options, refetchInterval: false } : options)
}
