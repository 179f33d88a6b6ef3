import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createApi, type Api } from '@taskmanager/client'
import { writeTokens, type Tokens } from '../../../packages/service-kit/src/tokens.ts'
import { freePorts, until, type Ports } from '../../launcher/launched.ts'
import { bundleServices } from './bundle-services.ts'
import { windowsPath, wineMachine, type WineProcess } from './wine-machine.ts'

const LIMIT_MS = 90_000
const NAMES = ['stats', 'accuracy'] as const

/** Both services in a Windows Node.js, asked from outside. */
export interface WineServices extends AsyncDisposable {
  ports: Ports
  tokens: Tokens
  /** Where the token files are, and where the log of actions is: paths of Linux. */
  runDir: string
  stateDir: string
  /** Where a page beside them is. */
  origin: string
  api: Api
  services: readonly WineProcess[]
  /** Starts another Windows Node.js beside them. */
  startNode(args: readonly string[]): WineProcess
  log(): string
}

export async function startWineServices(): Promise<WineServices> {
  const machine = wineMachine()
  const work = mkdtempSync(path.join(machine.directory, 'services-'))
  const runDir = path.join(work, 'run')
  mkdirSync(runDir, { mode: 0o700 })
  const tokens = writeTokens(runDir)
  const ports = await freePorts()
  const stateDir = path.join(work, 'state')
  await bundleServices(work)
  const log = (name: string) => path.join(work, `${name}.log`)
  const services = NAMES.map((name) =>
    machine.start([windowsPath(path.join(work, `${name}.mjs`))], {
      output: log(name),
      limitMs: LIMIT_MS,
      env: {
        PORT: String(ports[name]),
        PAGE_ORIGIN_PORT: String(ports.pages),
        TASKMANAGER_RUN_DIR: windowsPath(runDir),
        TASKMANAGER_STATE_DIR: windowsPath(stateDir),
      },
    }),
  )
  const others: WineProcess[] = []
  const started: WineServices = {
    ports,
    tokens,
    runDir,
    stateDir,
    origin: `http://localhost:${ports.pages}`,
    api: createApi({ ports, host: '127.0.0.1' }),
    services,
    startNode: (args) => {
      const output = log(`node-${others.length}`)
      const process = machine.start(args, { output, limitMs: LIMIT_MS })
      others.push(process)
      return process
    },
    log: () => NAMES.map((name) => readFileSync(log(name), 'utf8')).join(''),
    async [Symbol.asyncDispose]() {
      const all = [...services, ...others]
      for (const process of all) process.kill('SIGKILL')
      await Promise.all(all.map(({ ended }) => ended))
      rmSync(work, { recursive: true, force: true })
    },
  }
  started.api.pasteToken(tokens.control) // as a program that may read the token file
  try {
    const { api } = started
    await until(
      'both services answer',
      async () => {
        const health = NAMES.map((name) => api.getHealth(name))
        return (await Promise.all(health).catch(() => [])).length === NAMES.length
      },
      60_000,
    )
  } catch (error) {
    const said = started.log()
    await started[Symbol.asyncDispose]()
    throw new Error(`The services did not start: ${said}`, { cause: error })
  }
  return started
}
