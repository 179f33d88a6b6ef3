import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../../stores/services.ts'

/** The log of actions: asked anew after each order of this page. */
export const ACTIONS_KEY = ['actions'] as const

/** Programs and other tabs write to the log as well. */
const EVERY_MS = 10_000
/** Who went further back reads: that is not asked again and again. */
const MOST_PAGES_FOLLOWED = 3
const PAGE_LENGTH = 100

/** The log page by page, newest first; nothing is asked while nobody looks. */
export const actionsQuery = infiniteQueryOptions({
  queryKey: ACTIONS_KEY,
  queryFn: ({ pageParam, signal }) =>
    api.getActions(
      { limit: PAGE_LENGTH, ...(pageParam !== null && { before: pageParam }) },
      signal,
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: ({ state }) =>
    (state.data?.pages.length ?? 0) > MOST_PAGES_FOLLOWED ? false : EVERY_MS,
  refetchOnWindowFocus: true,
  staleTime: 0,
})

const NEWEST_EVERY_MS = 30_000

/** The newest of them, for who shows that something was done; what this page does is there at once. */
export const newestActionsQuery = queryOptions({
  queryKey: [...ACTIONS_KEY, 'newest'],
  queryFn: ({ signal }) => api.getActions({ limit: PAGE_LENGTH }, signal),
  refetchInterval: NEWEST_EVERY_MS,
  refetchOnWindowFocus: true,
  staleTime: 0,
})
