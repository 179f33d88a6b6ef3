import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ProcessRow, ServiceList, ServiceUnit, SystemInfo } from '@taskmanager/contracts'
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/table.css'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { systemInfo } from '../../stores/live-stats.ts'
import { api } from '../../stores/services.ts'
import { ServicesPage } from './services-page.tsx'

const home = location.href
afterEach(() => {
  cleanup()
  liveProcesses.set(emptyProcesses)
  systemInfo.set(null)
  history.replaceState(null, '', home)
  vi.restoreAllMocks()
})

/** A job of launchd. */
const job = (name: string, change: Partial<ServiceUnit> = {}): ServiceUnit => ({
  name,
  unit: name,
  scope: 'system',
  description: `/usr/libexec/${name}`,
  state: 'active',
  sub_state: 'running',
  starts: 'static',
  critical: false,
  pid: null,
  ...change,
})

const row = (pid: number) =>
  ({ pid, start_id: 's', name: 'db', unit: null, cpu_percent: 2, memory: 1024 ** 2 }) as ProcessRow

const FIXED = 'Services of macOS are shown here and not changed.'

async function open(list: Partial<ServiceList>): Promise<void> {
  await page.viewport(1440, 900)
  vi.spyOn(api, 'getServices').mockResolvedValue({
    services: [],
    missing: { system: null, user: null },
    sampled_at_ms: 1,
    ...list,
  })
  systemInfo.set({
    user: 'anna',
    capabilities: { service_control: { available: false, reason: FIXED } },
  } as unknown as SystemInfo)
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map([[77, row(77)]]),
    sampledAtMs: 1_790_000_000_000,
    intervalMs: 1000,
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <div style={{ height: 600, display: 'flex', flexDirection: 'column' }}>
        <ServicesPage />
      </div>
    </QueryClientProvider>,
  )
}

test('where services take no orders: their state, what they use, why, and no button that could not work', async () => {
  await open({
    services: [
      job('org.example.db', { pid: 77, starts: 'enabled' }),
      job('org.example.clean', { state: 'inactive', sub_state: null, starts: 'scheduled' }),
    ],
  })
  await screen.findByRole('heading', { name: '2 services. 1 running, none failed.' })
  expect(screen.getByText(FIXED)).toBeVisible()
  const list = screen.getByRole('grid', { name: 'Services' })
  const database = (await within(list).findByText('org.example.db')).closest('[role=row]')
  expect(database?.textContent).toMatch(/Running.*With the machine/)
  expect(within(list).getByText('Scheduled')).toBeVisible()
  const commands = screen.getByRole('toolbar', { name: 'Commands' })
  const names = within(commands)
    .getAllByRole('button')
    .map((button) => button.textContent)
  expect(names).toContain('Show processes')
  for (const name of ['Start', 'Stop…', 'Restart…', 'Log']) expect(names).not.toContain(name)

  await userEvent.click(within(list).getByText('org.example.db'))
  await userEvent.click(within(commands).getByRole('button', { name: 'Show processes' }))
  expect(new URLSearchParams(location.search).get('q')).toBe('pid:77 ')
})

test('nothing listed: the reason', async () => {
  await open({ missing: { system: 'launchd does not list them', user: null } })
  await screen.findByRole('heading', { name: 'No services.' })
  expect(screen.getByText(/launchd does not list them/)).toBeVisible()
  expect(screen.queryByText(FIXED)).toBeNull()
})
