import { queryOptions } from '@tanstack/react-query'
import { api } from '../../stores/services.ts'

const EVERY_MS = 3000

/** Asked for while the page is seen and not paused. */
export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: ({ signal }) => api.getServices(signal),
  refetchInterval: EVERY_MS,
})
