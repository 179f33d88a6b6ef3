import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ProcessRow, SessionList } from '@taskmanager/contracts'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/table.css'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { api } from '../../stores/services.ts'
import { UsersPage } from './users-page.tsx'

const home = location.href
afterEach(() => {
  cleanup()
  liveProcesses.set(emptyProcesses)
  history.replaceState(null, '', home)
  vi.restoreAllMocks()
})

const row = (pid: number, user: string) =>
  ({
    pid,
    start_id: 's',
    name: `p${pid}`,
    user,
    cpu_percent: pid,
    memory: 1024 ** 2,
    pss_bytes: null,
  }) as ProcessRow

async function open(list: SessionList): Promise<void> {
  await page.viewport(1440, 900)
  vi.spyOn(api, 'getSessions').mockResolvedValue(list)
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map([row(1, 'root'), row(2, 'anna'), row(3, 'anna')].map((one) => [one.pid, one])),
    sampledAtMs: 1_790_000_000_000,
    intervalMs: 1000,
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <div style={{ height: 600, display: 'flex', flexDirection: 'column' }}>
        <UsersPage />
      </div>
    </QueryClientProvider>,
  )
}

test('who is signed in, the sums of each, and the way to their processes', async () => {
  await open({
    sessions: [
      {
        user: 'anna',
        terminal: 'pts/0',
        from: '192.0.2.7',
        since_ms: 1_789_999_000_000,
        idle_seconds: 240,
        pid: 2,
        start_id: 's',
        unknown: {},
      },
    ],
    missing: null,
    sampled_at_ms: 1,
  })
  await screen.findByRole('heading', { name: '1 user is signed in.' })
  const list = screen.getByRole('treegrid', { name: 'Users' })
  await waitFor(() => expect(within(list).getAllByRole('row')).toHaveLength(3))
  const [, anna] = within(list).getAllByRole('row')
  if (anna === undefined) throw new Error('there are rows')
  for (const text of ['anna', 'pts/0', '192.0.2.7', '4 min', '5.0']) {
    expect(within(anna).getByText(text)).toBeTruthy()
  }
  expect(screen.queryByRole('button', { name: /sign out/i })).toBeNull()
  await userEvent.click(within(anna).getByText('anna'))
  await userEvent.click(screen.getByRole('button', { name: 'Show processes' }))
  await waitFor(() => expect(location.pathname).toBe('/processes'))
  expect(new URLSearchParams(location.search).get('q')).toBe('user:anna ')
})

test('a machine that keeps no record says so, and lists the users of processes all the same', async () => {
  await open({ sessions: [], missing: 'This machine keeps no record.', sampled_at_ms: 1 })
  await screen.findByRole('heading', { name: 'Who is signed in is not known.' })
  expect(screen.getByText('This machine keeps no record.')).toBeTruthy()
  const list = screen.getByRole('treegrid', { name: 'Users' })
  await waitFor(() => expect(within(list).getAllByRole('row')).toHaveLength(3))
})

test('nobody is signed in: that is known', async () => {
  await open({ sessions: [], missing: null, sampled_at_ms: 1 })
  expect(await screen.findByRole('heading', { name: 'Nobody is signed in.' })).toBeTruthy()
})
