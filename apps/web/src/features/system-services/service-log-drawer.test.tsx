import { ApiError } from '@taskmanager/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { LogLine, ServiceLog } from '@taskmanager/contracts'
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { api } from '../../stores/services.ts'
import { ServiceLogDrawer } from './service-log-drawer.tsx'

const home = location.href
afterEach(() => {
  cleanup()
  history.replaceState(null, '', home)
  vi.restoreAllMocks()
})

const AT = Date.UTC(2026, 10, 26, 12)
const line = (text: string, change: Partial<LogLine> = {}): LogLine => ({
  at_ms: AT,
  priority: 6,
  text,
  identifier: 'web',
  pid: 31,
  ...change,
})

function open(answer: () => Promise<ServiceLog>, address = 'system:web.service') {
  const asked = vi.spyOn(api, 'getServiceLog').mockImplementation(answer)
  history.replaceState(null, '', `?log=${address}`)
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}
    >
      <div style={{ height: 200, display: 'grid' }}>
        <ServiceLogDrawer address={address} />
      </div>
    </QueryClientProvider>,
  )
  return asked
}

const answered = (change: Partial<ServiceLog>) => () =>
  Promise.resolve({ lines: [], has_older: false, missing: null, sampled_at_ms: AT, ...change })

test('what it wrote, newest last and in sight; errors in a word; Esc closes it', async () => {
  const many = Array.from({ length: 60 }, (_, at) => line(`line ${at}`, { at_ms: AT + at }))
  const last = line('it broke\nin two lines', { priority: 3, at_ms: AT + 90_000_000 })
  open(answered({ lines: [...many, last], has_older: true }))
  const log = await screen.findByRole('log')
  const broke = await within(log).findByText(/^it broke/)
  expect(within(log).getByText('error')).toBeTruthy()
  expect(within(log).getByText('Older entries are left out.')).toBeTruthy()
  expect(broke.getBoundingClientRect().bottom).toBeLessThanOrEqual(
    log.getBoundingClientRect().bottom,
  )
  // Two days, each said once.
  expect(log.querySelectorAll('.day')).toHaveLength(2)
  await userEvent.keyboard('{Escape}')
  expect(location.search).toBe('')
})

test('silence, and what may not be read, are told apart', async () => {
  open(answered({}))
  expect(await screen.findByText('The journal holds nothing of this service.')).toBeTruthy()
  cleanup()
  open(answered({ missing: 'The journal may be read by root.' }))
  expect(await screen.findByText('The journal may be read by root.')).toBeTruthy()
})

test('a refusal is told, and asked again only when somebody wants it', async () => {
  const refused = new ApiError({
    status: 403,
    error: 'forbidden_scope',
    message: 'Read only.',
    id: null,
  })
  const asked = open(() => Promise.reject(refused))
  await screen.findByText('Read only.')
  expect(asked).toHaveBeenCalledTimes(1)
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2))
})

test('a link that names no service says so', () => {
  open(answered({}), 'nonsense')
  expect(screen.getByRole('heading', { name: 'This link does not name a service' })).toBeTruthy()
})
