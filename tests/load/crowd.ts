import type { FakeProcess } from '@taskmanager/testkit'
import { fakeProcessTable } from '@taskmanager/testkit'
import { buildApp } from '../../services/accuracy/src/app.ts'
import { closeService, startListening, readConfig } from '../../packages/service-kit/src/index.ts'

/** Share of the processes whose CPU and memory move in every sample. */
const BUSY_SHARE = 0.2
/** They stay. */
const PARENTS = 300
/** No pid of a process that is there. */
const FIRST_BORN = 1_000_000
const NAMES = ['worker', 'node', 'python3', 'postgres', 'chromium', 'kworker', 'sshd', 'bash']

export interface Crowd extends AsyncDisposable {
  readonly count: number
}

export interface CrowdOptions {
  /** Processes that begin in each sample; as many of the oldest end. */
  readonly births?: number
  /** One that is there: the other service can tell about it. */
  readonly real?: FakeProcess
}

/** The real list service over a table of many processes that are not there; some move in every sample. */
export async function startCrowd(
  count: number,
  env: NodeJS.ProcessEnv,
  { births = 0, real }: CrowdOptions = {},
): Promise<Crowd> {
  const table = fakeProcessTable(Array.from({ length: count }, (_, index) => processOf(index)))
  if (real !== undefined) table.processes.unshift(real)
  const { clock } = table
  clock.jump(Date.now() - clock.epochMs())
  let sweptAt = performance.now()
  let random = 1
  let born = FIRST_BORN
  const next = () => (random = (random * 48_271) % 2_147_483_647) / 2_147_483_647
  const provider: typeof table = Object.assign(Object.create(table) as typeof table, {
    sweep() {
      const now = performance.now()
      clock.advance(now - sweptAt)
      const passed = now - sweptAt
      sweptAt = now
      for (const one of table.processes) {
        if (next() > BUSY_SHARE) continue
        one.cpuMs = (one.cpuMs ?? 0) + next() * passed * 0.02
        one.rssBytes = (one.rssBytes ?? 0) + Math.round((next() - 0.5) * 2 ** 20)
      }
      const ended = table.processes.splice(PARENTS, births)
      table.processes.push(...ended.map(() => processOf(born++)))
      return table.sweep()
    },
  })
  const app = await buildApp({
    config: readConfig('accuracy', { ...env, TASKMANAGER_LOG_LEVEL: 'silent' }),
    peers: { relationOf: () => 'same_user' },
    provider,
  })
  app.sampler.start()
  await startListening(app.service)
  return {
    count,
    async [Symbol.asyncDispose]() {
      await closeService(app.service, { onStop: () => app.sampler.stop() })
    },
  }
}

/** A few hundred parents below PID 1, the rest below them. */
function processOf(index: number): FakeProcess {
  const pid = index + 1
  const name = NAMES[index % NAMES.length] ?? 'worker'
  const parent = index < PARENTS ? 1 : 2 + (index % (PARENTS - 1))
  return {
    pid,
    ppid: pid === 1 ? 0 : parent,
    name,
    cpuMs: 0,
    rssBytes: (8 + (index % 97)) * 2 ** 20,
    threads: 1 + (index % 9),
    readBytes: 0,
    writeBytes: 0,
    facts: { args: [name, `--serial=${index}`, '--config', `/etc/${name}/${index % 50}.conf`] },
  }
}
