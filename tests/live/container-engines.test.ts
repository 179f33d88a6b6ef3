import type { Container } from '@taskmanager/contracts'
import { expect, test, type TestContext } from 'vitest'
import { until } from '../launcher/launched.ts'
import { startDocker, startPodman, type TrialEngine } from '../support/container-engines.ts'
import { startServices } from '../support/running-services.ts'

const LIMITS = ['--memory=64m', '--cpus=0.5', '--pids-limit=32']

/** What is expected of a container with these limits that runs. */
const LIMITED: Partial<Container> = {
  image: 'localhost/waits:1',
  state: 'running',
  processes: 2,
  memory_limit_bytes: 64 * 1024 ** 2,
  cpu_limit_count: 0.5,
  tasks: 2,
  tasks_limit: 32,
  network: 'own',
  recv_bytes_per_second: null,
  unknown: { recv_bytes_per_second: 'first_sample', sent_bytes_per_second: 'first_sample' },
}

async function containersBeside(engine: TrialEngine) {
  const services = await startServices({ through: engine.through })
  const list = async () => (await services.api.getContainers()).containers
  const of = async (id: string) => (await list()).find((one) => one.id === id)
  return { services, list, of }
}

test('containers of a real podman: name, image, limits and state', async (context: TestContext) => {
  await using engine = await startPodman(context)
  if (engine === null) return
  const web = await engine.start('shop-front', ...LIMITS)
  const { services, of } = await containersBeside(engine)
  await using _ = services
  const running = await of(web)
  expect(running).toMatchObject({ ...LIMITED, engine: 'podman', name: 'shop-front' })
  expect(running?.memory_bytes).toBeGreaterThan(0)
  await until('its processes are called by its name', async () => {
    const { processes } = await services.api.getProcesses()
    return processes.filter(({ unit }) => unit === 'shop-front').length === 2
  })
  await engine.command('pause', 'shop-front')
  await until('it is told as paused', async () => (await of(web))?.state === 'paused')
  await engine.command('unpause', 'shop-front')
  await engine.command('stop', '--time=0', 'shop-front')
  await until('it is told as stopped', async () => (await of(web))?.state === 'stopped')
  expect(await of(web)).toMatchObject({ name: 'shop-front', processes: 0, pid: null })
})

test('containers of a real docker: name, image, limits and state, by its socket', async (context: TestContext) => {
  await using engine = await startDocker(context)
  if (engine === null) return
  const web = await engine.start('shop-front', ...LIMITS)
  const asked = await engine.command('create', '--name=fresh', 'localhost/waits:1', '/waits')
  const { services, of } = await containersBeside(engine)
  await using _ = services
  expect(await of(web)).toMatchObject({ ...LIMITED, engine: 'docker', name: 'shop-front' })
  expect(await of(asked.slice(0, 12))).toMatchObject({ name: 'fresh', state: 'created' })
  await engine.command('pause', 'shop-front')
  await until('it is told as paused', async () => (await of(web))?.state === 'paused')
})
