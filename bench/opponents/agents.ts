import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../free-ports.ts'
import { sum } from '../measure.ts'
import { processCpuMs, processPssBytes } from '../process-cpu.ts'
import { outputOf } from '../run-once.ts'
import type { RunningServices } from '../services.ts'
import type { Opponent, SweepCost } from './opponent.ts'

/** What an agent showed beside its CPU, as of its last answer. */
export interface AgentFacts {
  answerBytes: number
  pssBytes: number
}

/** Somebody who tells the figures of a machine over HTTP, asked once a second. */
export interface Agent extends Opponent {
  readonly facts: AgentFacts
}

interface AgentProgram {
  name: string
  command: string
  args: (port: number) => string[]
  address: string
  version: readonly string[]
  install: string
}

const STARTS_WITHIN_MS = 15_000
const ASK_AGAIN_MS = 50
/** Answers before the first that counts: caches fill, V8 compiles. */
const WARM_UP = 20

/** Its cost from one answer to the next is all that its process did meanwhile, not the answer alone. */
function asked(name: string, pids: readonly number[], urls: readonly string[], facts: AgentFacts) {
  const cpuMs = () => sum(pids.map(processCpuMs))
  let before = cpuMs()
  return async (): Promise<SweepCost> => {
    const startedAt = performance.now()
    const answers = await Promise.all(urls.map(bodyOf))
    const wallMs = performance.now() - startedAt
    facts.answerBytes = sum(answers.map(({ byteLength }) => byteLength))
    facts.pssBytes = sum(pids.map((pid) => processPssBytes(pid) ?? Number.NaN))
    const now = cpuMs()
    const used = now - before
    before = now
    if (Number.isNaN(used)) throw new Error(`${name} has ended`)
    return { cpuMs: used, wallMs, rows: 0 }
  }
}

async function bodyOf(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response.arrayBuffer()
}

/** Our own services, which run already: who of them is asked for what. */
export function ourAgent(
  name: string,
  { pids, ports }: RunningServices,
  asks: readonly (readonly ['stats' | 'accuracy', string])[],
): Agent {
  const facts = { answerBytes: Number.NaN, pssBytes: Number.NaN }
  return {
    name,
    facts,
    async start() {
      const urls = asks.map(([who, address]) => `http://127.0.0.1:${ports[who]}${address}`)
      const sweep = asked(
        name,
        asks.map(([who]) => pids[who]),
        urls,
        facts,
      )
      for (let i = 0; i < WARM_UP; i += 1) await sweep()
      return { sweep, async [Symbol.asyncDispose]() {} }
    },
  }
}

function programAgent(program: AgentProgram): Agent {
  const { name, command } = program
  const facts = { answerBytes: Number.NaN, pssBytes: Number.NaN }
  return {
    name,
    facts,
    async start() {
      if ((await outputOf(command, program.version)) === null) return { missing: program.install }
      const [port = 0] = await freePorts(1)
      const child = spawn(command, program.args(port), { stdio: 'ignore' })
      const ended = once(child, 'exit')
      const stop = async () => {
        child.kill('SIGTERM')
        await ended
      }
      try {
        await once(child, 'spawn')
        const url = `http://127.0.0.1:${port}${program.address}`
        const deadline = performance.now() + STARTS_WITHIN_MS
        while (!(await bodyOf(url).then(Boolean, () => false))) {
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
          if (performance.now() > deadline) throw new Error('it does not answer')
          await sleep(ASK_AGAIN_MS)
        }
        const sweep = asked(name, [child.pid ?? 0], [url], facts)
        for (let i = 0; i < WARM_UP; i += 1) await sweep()
        return { sweep, [Symbol.asyncDispose]: stop }
      } catch (error) {
        await stop()
        throw error
      }
    },
  }
}

export const nodeExporter = () =>
  programAgent({
    name: 'node_exporter: /metrics',
    command: 'prometheus-node-exporter',
    args: (port) => [`--web.listen-address=127.0.0.1:${port}`],
    address: '/metrics',
    version: ['--version'],
    install: 'apt-get install prometheus-node-exporter',
  })

/** Without its page and without asking for a newer version of itself. */
export const glances = () =>
  programAgent({
    name: 'Glances: /api/3/all',
    command: 'glances',
    args: (port) => [
      '-w',
      '-B',
      '127.0.0.1',
      '-p',
      String(port),
      '--time',
      '1',
      '--disable-check-update',
      '--disable-webui',
    ],
    address: '/api/3/all',
    version: ['--version'],
    install: 'apt-get install glances python3-bottle',
  })
