/**
 * The services while the kernel refuses every new process and thread (EAGAIN, by strace): they answer and end a process.
 *
 *   node tests/load/no-fork.ts          needs strace and the right to trace
 *
 * Ends with 1 when an answer failed or when nothing was refused, which would prove nothing.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { sleeper } from '@taskmanager/testkit'
import { startServices } from '../support/running-services.ts'

const CALLS = 'clone,clone3,fork,vfork'

await using services = await startServices()
await using child = await sleeper()
let log = ''
const tracers = await Promise.all(
  Object.values(services.pids).map(async (pid) => {
    const inject = ['-e', `trace=${CALLS}`, '-e', `inject=${CALLS}:error=EAGAIN`]
    const tracer = spawn('strace', ['-f', '-p', String(pid), ...inject], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    tracer.stderr.on('data', (data: Buffer) => (log += data.toString()))
    await once(tracer.stderr, 'data') // it says that it is attached
    return tracer
  }),
)
const { api } = services
const stats = await api.getStats()
const system = await api.getSystem() // asks for an inventory, which starts a program where it can
const { processes } = await api.getProcesses()
const info = await api.getProcessInfo(child.pid)
const { result } = await api.kill(child.pid, { start_id: info.start_id, signal: 'TERM' })
await wait(3000)
const isHealthy = (await Promise.all([api.getHealth('stats'), api.getHealth('accuracy')])).every(
  ({ status }) => status === 'ok',
)
for (const tracer of tracers) {
  const ended = once(tracer, 'exit')
  tracer.kill('SIGINT') // so that it lets go
  await ended
}
const refused = log.split('\n').filter((line) => line.includes('INJECTED')).length
console.log(
  `${refused} refused; memory ${stats.memory_total ?? 'unknown'}, ${system.cpu.threads} CPUs, ` +
    `${processes.length} processes, kill: ${result}, ${isHealthy ? 'both go on' : 'one is down'}`,
)
process.exitCode = refused > 0 && result === 'terminated' && isHealthy ? 0 : 1
