/**
 * How long the event loop of the stats service is held up while a page is shown that asks it for something.
 *
 *   node tests/load/stats-loop.ts [--processes 500] [--seconds 10] [--cpu]
 *
 * Budget: 10 ms. Each page is asked for once a second, beside a stream of the machine's figures; the longest delay is
 * told, and beside it that of a Node that does nothing meanwhile: so long this machine lets anybody wait. On a machine
 * that is busy with other things `--cpu` tells the CPU time of the costliest turn of the loop instead.
 * It measures and never fails. Linux, since the crowd is.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import { ASKED_FIELDS, INFO_SECTIONS } from '@taskmanager/contracts'
import { crowd } from '@taskmanager/testkit'
import { watchStream } from '../../bench/stream-viewer.ts'
import { startServices } from '../support/running-services.ts'
import { LOOK_INSIDE, report } from './service-report.ts'

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '10' },
    cpu: { type: 'boolean', default: false },
  },
})
const count = Number(values.processes)
const seconds = Number(values.seconds)

await using parent = await crowd(count)
await using services = await startServices({
  nodeOptions: LOOK_INSIDE,
  ...(values.cpu && { through: ['env', 'LOOP_TURNS=1'] }),
})
await using viewer = await watchStream(services.ports.stats, '/api/stats/stream')
const { api } = services
const { stats } = services.children

const PAGES: Record<string, () => Promise<unknown>> = {
  'the figures of the machine alone': async () => {},
  'details of a process, all of them': () =>
    api.getProcessInfo(parent.pid, { include: INFO_SECTIONS }),
  'every column that is asked for': () => api.getProcessFigures(ASKED_FIELDS),
  'who uses the network': () => api.getNetworkUse(),
  ports: () => api.getPorts(),
  containers: () => api.getContainers(),
  services: () => api.getServices(),
  startup: () => api.getStartup(),
  users: () => api.getSessions(),
  'health of drives': () => api.getDriveHealth(),
  metrics: () => fetch(`http://127.0.0.1:${services.ports.stats}/metrics`),
}

const bystander = spawn(
  process.execPath,
  [...LOOK_INSIDE, '-e', 'process.on("disconnect", process.exit)'],
  {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  },
)
await once(bystander, 'spawn')

console.log(
  `${count} processes; held up at most: the event loop of stats, that of a Node that does nothing\n`,
)
await wait(5000) // V8 compiles
for (const [name, ask] of Object.entries(PAGES)) {
  await ask()
  await Promise.all([report(stats), report(bystander)]) // from here on
  await wait(500)
  for (let i = 0; i < seconds; i++) {
    await ask()
    await wait(1000)
  }
  const [{ blockedMs, turnCpuMs }, idle] = await Promise.all([report(stats), report(bystander)])
  const cells = values.cpu ? [turnCpuMs] : [blockedMs, idle.blockedMs]
  console.log(`${name.padEnd(34)} ${cells.map((ms) => ms.toFixed(1).padStart(5)).join('  ')} ms`)
}
bystander.disconnect()
if (viewer.frames.length < seconds)
  throw new Error('the stream stood still: nobody was there to be held up')
