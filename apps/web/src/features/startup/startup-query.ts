import { queryOptions } from '@tanstack/react-query'
import { api } from '../../stores/services.ts'

const EVERY_MS = 5000

/** Asked for while the page is seen and not paused. */
export const startupQuery = queryOptions({
  queryKey: ['startup'],
  queryFn: ({ signal }) => api.getStartup(signal),
  refetchInterval: EVERY_MS,
})
