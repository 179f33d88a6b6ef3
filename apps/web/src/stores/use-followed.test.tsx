import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { act, cleanup, render, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { setPreference } from './preferences.ts'
import { useFollowed } from './use-followed.ts'

afterEach(() => {
  cleanup()
  setPreference('paused', false)
})

test('a paused view is asked for once, when it opens, and followed again when it goes on', async () => {
  const asked = { followed: 0, always: 0 }
  const ask = (name: keyof typeof asked) => ({
    queryKey: [name],
    queryFn: async () => ++asked[name],
    refetchInterval: 5,
  })
  const Both = () => `${useFollowed(ask('followed')).data} ${useQuery(ask('always')).data}`
  setPreference('paused', true)
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Both />
    </QueryClientProvider>,
  )
  await waitFor(() => expect(asked.always).toBeGreaterThan(5))
  expect(asked.followed).toBe(1)
  act(() => setPreference('paused', false))
  await waitFor(() => expect(asked.followed).toBeGreaterThan(5))
  act(() => setPreference('paused', true))
  const [before, others] = [asked.followed, asked.always]
  await waitFor(() => expect(asked.always).toBeGreaterThan(others + 5))
  expect(asked.followed).toBeLessThanOrEqual(before + 1) // one may be under way
})
