import type { Container, ProcessRow } from '@taskmanager/contracts'
import { expect, test, type TestContext } from 'vitest'
import { until } from '../launcher/launched.ts'
import { startOwnContainer } from '../support/own-container.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

const containerOf = async ({ api }: RunningServices, id: string): Promise<Container | undefined> =>
  (await api.getContainers()).containers.find((one) => one.id === id)

test('a real container: found by its cgroup, with its limits; its rows are those of the process list', async (context: TestContext) => {
  await using own = await startOwnContainer(context, { hostname: 'shop-front', burn: true })
  if (own === null) return
  await using services = await startServices()
  const { api } = services
  const first = await containerOf(services, own.id)
  expect(first).toMatchObject({
    id: own.id,
    name: 'shop-front',
    engine: 'docker',
    image: null,
    state: 'running',
    app_id: `container:${own.id}`,
    processes: 2,
    pid: own.pid,
    network: 'own',
    recv_bytes_per_second: null,
    unknown: { image: 'not_reported', recv_bytes_per_second: 'first_sample' },
  })
  // Where the machine lets a cgroup have no such limit, there is none.
  expect(first).toMatchObject({
    memory_limit_bytes: own.has.memory ? 256 * 1024 ** 2 : null,
    cpu_limit_count: own.has.cpu ? 0.1 : null,
    tasks: own.has.pids ? 2 : null,
    tasks_limit: own.has.pids ? 64 : null,
  })
  const charged = first?.memory_bytes ?? (own.has.memory ? 0 : 1)
  expect(charged).toBeGreaterThan(0)
  expect(charged).toBeLessThan(256 * 1024 ** 2)

  // A second reading has rates, and says that the quota holds it back.
  await until('there are rates', async () => {
    const now = await containerOf(services, own.id)
    return now?.recv_bytes_per_second === 0 && (!own.has.cpu || (now.throttled_percent ?? 0) > 0)
  })

  // The lists call it by its name, and the sum of its rows is the app of it.
  await until('the lists know the name', async () =>
    (await api.getProcesses()).processes.some(({ unit }) => unit === 'shop-front'),
  )
  await until('its CPU is measured', async () => {
    const [{ processes }, { apps }] = [await api.getProcesses(), await api.getApps()]
    const rows = processes.filter(({ app_id: app }) => app === `container:${own.id}`)
    const app = apps.find(({ id }) => id === `container:${own.id}`)
    expect(rows).toHaveLength(2)
    expect(rows.every(({ kind, unit }) => kind === 'container' && unit === 'shop-front')).toBe(true)
    expect(app).toMatchObject({ name: 'shop-front', unit: 'shop-front', process_count: 2 })
    return sumOf(rows) > 1
  })
  if (own.has.freezer) {
    own.freeze(true)
    await until('it is told as paused', async () => {
      return (await containerOf(services, own.id))?.state === 'paused'
    })
    own.freeze(false)
    await until('it goes on', async () => {
      return (await containerOf(services, own.id))?.state === 'running'
    })
  }
})

const sumOf = (rows: readonly ProcessRow[]): number =>
  rows.reduce((sum, { cpu_percent: cpu }) => sum + (cpu ?? 0), 0)
