import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { Container, ContainerList, ProcessRow } from '@taskmanager/contracts'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/table.css'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { api } from '../../stores/services.ts'
import { closeToast, toasts } from '../../stores/toasts.ts'
import { ContainersPage } from './containers-page.tsx'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/table.css'

const home = location.href
afterEach(() => {
  cleanup()
  for (const { id } of toasts.get()) closeToast(id)
  liveProcesses.set(emptyProcesses)
  history.replaceState(null, '', home)
  vi.restoreAllMocks()
})

const container = (id: string, change: Partial<Container> = {}): Container => ({
  id,
  name: null,
  image: null,
  engine: 'docker',
  state: 'running',
  app_id: `container:${id}`,
  processes: 2,
  pid: 20,
  start_id: 's',
  started_at_ms: 1_789_999_000_000,
  memory_bytes: 100 * 1024 ** 2,
  memory_limit_bytes: null,
  cpu_limit_count: null,
  throttled_percent: null,
  tasks: 12,
  tasks_limit: null,
  network: 'own',
  recv_bytes_per_second: 0,
  sent_bytes_per_second: 0,
  unknown: {},
  ...change,
})

const row = (pid: number, id: string | null) =>
  ({
    pid,
    start_id: 's',
    name: `p${pid}`,
    kind: id === null ? 'background' : 'container',
    app_id: id === null ? 'program:x' : `container:${id}`,
    cpu_percent: pid,
    memory: 1024 ** 2,
    pss_bytes: null,
  }) as ProcessRow

async function open(list: ContainerList): Promise<HTMLElement> {
  await page.viewport(1600, 900)
  vi.spyOn(api, 'getContainers').mockResolvedValue(list)
  const rows = [row(1, null), row(2, 'aa11'), row(3, 'aa11'), row(4, 'bb22')]
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map(rows.map((one) => [one.pid, one])),
    sampledAtMs: 1_790_000_000_000,
    intervalMs: 1000,
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <div style={{ height: 600, display: 'flex', flexDirection: 'column' }}>
        <ContainersPage />
      </div>
    </QueryClientProvider>,
  )
  return screen.findByRole('grid', { name: 'Containers' })
}

test('what containers use and may use, and the way to their processes', async () => {
  const list = await open({
    containers: [
      container('aa11', {
        name: 'web',
        image: 'nginx:1.27',
        memory_limit_bytes: 512 * 1024 ** 2,
        cpu_limit_count: 1.5,
        throttled_percent: 40,
        tasks_limit: 100,
      }),
      container('bb22', { network: 'machine', unknown: { image: 'not_reported' } }),
      container('cc33', { name: 'old', state: 'stopped', processes: 0, pid: null, tasks: null }),
    ],
    notes: ['Names of docker are told to root.'],
    sampled_at_ms: 1,
  })
  await screen.findByRole('heading', { name: '2 containers running, 1 stopped.' })
  expect(screen.getByText('Names of docker are told to root.')).toBeTruthy()
  await waitFor(() => expect(within(list).getAllByRole('row')).toHaveLength(4))
  const [, web, plain, old] = within(list).getAllByRole('row')
  if (web === undefined || plain === undefined || old === undefined) throw new Error('rows')
  for (const text of [
    'web',
    'Running, held back',
    'Docker',
    '5.0',
    '100',
    '1.5 CPUs',
    '512 MiB',
    '12 of 100',
    'nginx:1.27',
  ]) {
    expect(within(web).getByText(text)).toBeTruthy()
  }
  // Without a name it is called by its id; that an image is not told is not "no image".
  expect(within(plain).getByText('bb22')).toBeTruthy()
  expect(within(plain).getAllByText('—').length).toBeGreaterThan(0)
  expect(within(plain).getByTitle('It uses the network of the machine.')).toBeTruthy()
  expect(within(old).getByText('Stopped')).toBeTruthy()

  await userEvent.click(within(old).getByText('old'))
  const show = screen.getByRole('button', { name: 'Show processes' })
  expect(show.hasAttribute('disabled')).toBe(true)
  // The key says why it does nothing.
  await userEvent.keyboard('{Enter}')
  expect(toasts.get().map(({ text }) => text)).toEqual(['It has none'])
  await userEvent.click(within(web).getByText('web'))
  await userEvent.keyboard('{Enter}')
  await waitFor(() => expect(location.pathname).toBe('/processes'))
  expect(new URLSearchParams(location.search).get('q')).toBe('container:"aa11" ')
})

test('one without a cgroup runs, and what it uses is not told, with the reason', async () => {
  const list = await open({
    containers: [
      container('dd44', {
        name: 'plain',
        memory_bytes: null,
        tasks: null,
        app_id: 'container:nobody',
        unknown: { memory_bytes: 'not_supported', tasks: 'not_supported' },
      }),
    ],
    notes: [],
    sampled_at_ms: 1,
  })
  await userEvent.click(await within(list).findByText('plain'))
  expect(within(list).getAllByTitle(/no cgroup of its own/)).toHaveLength(2)
  const show = screen.getByRole('button', { name: 'Show processes' })
  expect(show.hasAttribute('disabled')).toBe(true)
})

test('a machine without containers says so in a sentence', async () => {
  await open({ containers: [], notes: [], sampled_at_ms: 1 })
  await screen.findByRole('heading', { name: 'No container runs.' })
  expect(screen.getByText(/are listed once one runs on this machine\.$/)).toBeTruthy()
})
