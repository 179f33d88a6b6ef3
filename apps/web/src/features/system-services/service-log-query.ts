import { queryOptions } from '@tanstack/react-query'
import { api } from '../../stores/services.ts'
import type { LogOf } from './log-address.ts'

const EVERY_MS = 2000

/** Followed while it is open and not paused; what was refused is not asked for again and again. */
export const serviceLogQuery = ({ scope, name }: LogOf) =>
  queryOptions({
    queryKey: ['service-log', scope, name],
    queryFn: ({ signal }) => api.getServiceLog(scope, name, signal),
    refetchInterval: ({ state }) => (state.status === 'error' ? false : EVERY_MS),
  })
