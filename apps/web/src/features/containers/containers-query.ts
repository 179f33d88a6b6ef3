import { queryOptions } from '@tanstack/react-query'
import { api } from '../../stores/services.ts'

const EVERY_MS = 3000

/** Asked for while the page is seen and not paused. */
export const containersQuery = queryOptions({
  queryKey: ['containers'],
  queryFn: ({ signal }) => api.getContainers(signal),
  refetchInterval: EVERY_MS,
})
