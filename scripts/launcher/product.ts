import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RemoteAccess } from '../../packages/local-server/src/remote-access.ts'
import { ensurePrivateDirectory } from './directories.ts'
import type { Directories } from './directories.ts'
import { describeExposure } from './exposure.ts'
import { handOver, removeOpener } from './hand-over.ts'
import { checkHealth } from './health.ts'
import type { HealthTarget } from './health.ts'
import { acquireLock } from './instance-lock.ts'
import type { InstanceLock, LauncherStatus } from './instance-lock.ts'
import { LogFile } from './log-file.ts'
import { checkPorts, describeTakenPorts } from './ports.ts'
import type { PortCheck, TakenPort } from './ports.ts'
import { pageUrl, SERVICE_LABELS, SERVICE_NAMES } from './services.ts'
import type { Ports, ServiceContext, ServiceName, ServiceSpec } from './services.ts'
import { listenForStop } from './stop-signals.ts'
import { SupervisedService } from './supervised-service.ts'
import type { ServiceEvent } from './supervised-service.ts'
import { isHeldBySystemStats, SYSTEM_NAME, systemTokenPlace } from './system-stats.ts'
import { ownTokenPlace, presentReadToken, removeTokens, writeTokens } from './tokens.ts'
import type { TokenPlace } from './tokens.ts'
import { keepPrivate } from './windows-run-directory.ts'

export interface ProductOptions {
  readonly directories: Directories
  readonly ports: Ports
  /** Written by the system: its stats service is used, and only the others are started. */
  readonly tokens: TokenPlace
  /** Installs and builds what is missing, after the ports were found free. */
  readonly prepare: (signal: AbortSignal) => Promise<void>
  readonly services: (context: ServiceContext) => readonly ServiceSpec[]
  /** Opens an address or a file in the browser; `null`: there is none to open, or none is wanted. */
  readonly openPage: ((target: string) => void) | null
  /** What lets other computers in; `null`: nothing does. */
  readonly remote: RemoteAccess | null
  /** Called once everything is up; for development, which restarts what changed. */
  readonly onRunning?: (services: readonly SupervisedService[], signal: AbortSignal) => void
}

/** Services get this long for an orderly end; the whole stop stays within 3 s. */
const GRACE_MS = 2000
const HEALTH_POLL_MS = 60
/** A start that another launcher has under way may be installing. */
const OTHER_START_MS = 120_000
/** Services whose launcher was killed leave by themselves; a new start waits for them this long. */
const LEFTOVERS_MS = 1500

/** Runs the whole product until somebody stops it. @returns the exit code */
export async function runProduct(options: ProductOptions): Promise<number> {
  const stopping = new AbortController()
  let insist = () => process.exit(130)
  const stopListening = listenForStop({ onStop: () => stopping.abort(), onInsist: () => insist() })
  try {
    const claim = await claimPlace(options, stopping.signal)
    if (typeof claim === 'number') return claim
    const supervisors: SupervisedService[] = []
    insist = () => {
      for (const service of supervisors) service.kill()
      removeSecrets(options)
      process.exit(130)
    }
    try {
      return await runClaimed(options, { ...claim, supervisors, stopping })
    } finally {
      claim.lock.setState('stopping')
      await Promise.all(supervisors.map((service) => service.stop(GRACE_MS)))
      removeSecrets(options)
      await claim.lock.release()
    }
  } finally {
    stopListening()
  }
}

/** What the system's service wrote is not ours to remove. */
function forgetTokens({ directory, writtenBy }: TokenPlace): void {
  if (writtenBy === 'launcher') removeTokens(directory)
}

/** What this launcher starts. */
function startedHere({ writtenBy }: TokenPlace): readonly ServiceName[] {
  return writtenBy === 'launcher' ? SERVICE_NAMES : SERVICE_NAMES.filter((name) => name !== 'stats')
}

interface Claim {
  readonly lock: InstanceLock
  /** Loopback addresses of this machine. */
  readonly addresses: readonly string[]
  /** The run directory was not there before. */
  readonly madeRunDir: boolean
}

/** Takes the lock and finds the ports free. @returns an exit code instead when there is nothing left to do */
async function claimPlace(options: ProductOptions, stopping: AbortSignal): Promise<Claim | number> {
  const { ports, directories, tokens } = options
  const madeRunDir = ensurePrivateDirectory(directories.runDir)
  for (;;) {
    const result = await acquireLock(directories.runDir, { ports, tokensBy: tokens.writtenBy })
    if (result.kind === 'other') {
      const code = await joinOther(options, result.status, stopping)
      if (code === 'gone') continue
      return code
    }
    const check = await waitForLeftovers(options, stopping)
    const fault =
      check.taken.length > 0 ? describeTaken(check.taken) : await lackOfStats(options, check)
    if (fault === null) return { lock: result.lock, addresses: check.addresses, madeRunDir }
    await result.lock.release()
    if (await isOwnCopy(ports, tokens, check.addresses)) return announceOther(options, stopping)
    console.error(fault)
    return 1
  }
}

function describeTaken(taken: readonly TakenPort[]): string {
  const hint = taken.some(
    ({ service, port }) => service === 'stats' && isHeldBySystemStats(port, process.env),
  )
    ? ' It is the stats service of the system, which members of its group may use: npm start -- --system-stats'
    : ''
  return `${describeTakenPorts(taken)}${hint}`
}

/** Why the system's stats service, which is to be used, cannot be; null when it proved itself, or is not to be used. */
async function lackOfStats(
  { ports, tokens }: ProductOptions,
  { addresses }: PortCheck,
): Promise<string | null> {
  if (tokens.writtenBy === 'launcher') return null
  const token = presentReadToken(tokens)
  const target = { name: 'stats', port: ports.stats } as const
  const health = token === null ? 'silent' : await checkHealth(target, addresses, token)
  if (health === 'ours') return null
  return health === 'silent'
    ? `The system's stats service does not answer on port ${ports.stats}. See: systemctl status ${SYSTEM_NAME}`
    : `Port ${ports.stats} is used by another program than the system's stats service. See: systemctl status ${SYSTEM_NAME}`
}

/** Ports held by services of ours whose launcher was killed become free within moments; others are reported at once. */
async function waitForLeftovers(options: ProductOptions, stopping: AbortSignal) {
  const { ports, tokens } = options
  const deadline = performance.now() + LEFTOVERS_MS
  for (;;) {
    const check = await checkPorts(ports, startedHere(tokens), options.remote?.addresses)
    const late = performance.now() > deadline || stopping.aborted
    if (check.taken.length === 0 || late) return check
    const token = presentReadToken(tokens)
    if (token === null) return check
    const targets = check.taken.map(({ service, port }) => ({ name: service, port }))
    const health = await Promise.all(
      targets.map((target) => checkHealth(target, ['127.0.0.1'], token)),
    )
    if (health.includes('stranger')) return check
    await sleep(100)
  }
}

async function isOwnCopy(
  ports: Ports,
  tokens: TokenPlace,
  addresses: readonly string[],
): Promise<boolean> {
  const token = presentReadToken(tokens)
  if (token === null) return false
  const targets: HealthTarget[] = SERVICE_NAMES.map((name) => ({ name, port: ports[name] }))
  const health = await Promise.all(targets.map((target) => checkHealth(target, addresses, token)))
  return health.every((state) => state === 'ours')
}

/** Another launcher holds the place: wait until its copy is up and open that, or until it has gone. */
async function joinOther(
  options: ProductOptions,
  first: LauncherStatus,
  stopping: AbortSignal,
): Promise<number | 'gone'> {
  const { runDir } = options.directories
  if (SERVICE_NAMES.some((name) => first.ports[name] !== options.ports[name])) {
    console.error(
      `Task Manager Pro is already running at ${pageUrl(first.ports)} (pid ${first.pid}). Stop it, or set TASKMANAGER_RUN_DIR for a second copy.`,
    )
    return 1
  }
  if (first.state === 'starting')
    console.log(`Another start is under way (pid ${first.pid}); waiting for it.`)
  const deadline = performance.now() + OTHER_START_MS
  const { addresses } = await checkPorts(options.ports)
  const tokens = first.tokensBy === 'system' ? systemTokenPlace(process.env) : ownTokenPlace(runDir)
  while (!stopping.aborted && performance.now() < deadline) {
    if (await isOwnCopy(options.ports, tokens, addresses)) return announceOther(options, stopping)
    const again = await acquireLock(runDir, {
      ports: options.ports,
      tokensBy: options.tokens.writtenBy,
    })
    if (again.kind === 'held') {
      await again.lock.release()
      return 'gone'
    }
    await sleep(200)
  }
  if (stopping.aborted) return 0
  console.error(`Another start (pid ${first.pid}) does not come up. Stop it and start again.`)
  return 1
}

async function announceOther(options: ProductOptions, stopping: AbortSignal): Promise<number> {
  console.log(`Task Manager Pro is already running at ${pageUrl(options.ports)}`)
  await bringUser(options, stopping)
  return 0
}

/** The product runs all the same when the user cannot be brought to it. */
async function bringUser(options: ProductOptions, signal: AbortSignal): Promise<void> {
  const { ports, directories, tokens, openPage } = options
  try {
    await handOver({
      ports,
      runDir: directories.runDir,
      tokens,
      open: openPage,
      print: (line) => console.log(line),
      signal,
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    console.error(`The page could not be opened (${why}). Start again to try once more.`)
  }
}

function removeSecrets({ directories, tokens }: ProductOptions): void {
  forgetTokens(tokens)
  removeOpener(directories.runDir)
}

interface Running extends Claim {
  readonly supervisors: SupervisedService[]
  readonly stopping: AbortController
}

async function runClaimed(options: ProductOptions, running: Running): Promise<number> {
  const { directories, ports, tokens } = options
  const { supervisors, stopping, addresses } = running
  const stopped = new Promise<void>((resolve) => {
    if (stopping.signal.aborted) resolve()
    stopping.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  try {
    await options.prepare(stopping.signal)
  } catch (error) {
    if (stopping.signal.aborted) return 0
    throw error
  }
  if (stopping.signal.aborted) return 0
  // Only now: it takes the foreign function library, which a first start installs.
  if (process.platform === 'win32') keepPrivate(directories.runDir, running.madeRunDir)
  ensurePrivateDirectory(directories.stateDir)
  if (tokens.writtenBy === 'launcher') writeTokens(tokens.directory)

  let failed: () => void = () => {}
  const gaveUp = new Promise<void>((resolve) => {
    failed = resolve
  })
  const context: ServiceContext = {
    ports,
    runDir: tokens.directory,
    stateDir: directories.stateDir,
    ...(tokens.writtenBy === 'system' &&
      tokens.ownerUid !== null && { systemTokenOwner: tokens.ownerUid }),
  }
  for (const spec of options.services(context)) {
    const logPath = join(directories.stateDir, `${spec.name}.log`)
    supervisors.push(
      new SupervisedService({
        spec,
        log: new LogFile(logPath),
        waitHealthy: (signal) => waitHealthy(spec, spec.addresses ?? addresses, tokens, signal),
        onEvent: (event) => {
          report(spec, event, logPath)
          if (event.kind === 'given-up') failed()
        },
      }),
    )
  }
  for (const service of supervisors) service.start()
  const allHealthy = Promise.all(supervisors.map((service) => service.healthy)).then(
    () => 'up' as const,
  )
  const outcome = await Promise.race([
    allHealthy,
    gaveUp.then(() => 'failed' as const),
    stopped.then(() => 'stopped' as const),
  ])
  if (outcome === 'failed') return 1
  if (outcome === 'stopped') return 0
  running.lock.setState('running')
  console.log(`Task Manager Pro is running at ${pageUrl(ports)}`)
  if (options.remote !== null)
    console.log(describeExposure(options.remote, ports, directories.runDir))
  void bringUser(options, stopping.signal)
  options.onRunning?.(supervisors, stopping.signal)
  await stopped
  return 0
}

async function waitHealthy(
  spec: ServiceSpec,
  addresses: readonly string[],
  tokens: TokenPlace,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const token = presentReadToken(tokens) // each time: the system's service writes new ones when it starts again
    const health = token === null ? 'silent' : await checkHealth(spec, addresses, token)
    if (health === 'ours') return true
    await sleep(HEALTH_POLL_MS)
  }
  return false
}

function report(spec: ServiceSpec, event: ServiceEvent, logPath: string): void {
  const who = `The ${spec.name} service (${SERVICE_LABELS[spec.name]})`
  if (event.kind === 'restarting') {
    console.error(`${who} ${event.how}. Starting it again in ${event.delayMs / 1000} s.`)
    return
  }
  if (event.kind === 'unused') {
    console.error(
      'Elevated mode ended, because no command was given for 15 minutes. The stats service goes on without it: only own ' +
        'processes can be ended. To have it again, stop Task Manager Pro and start it with --elevated-stats.',
    )
    return
  }
  if (event.kind === 'declined') {
    console.error(
      'You did not allow elevated mode, so the stats service runs without it: only own processes can be ended. To be asked ' +
        'again, stop Task Manager Pro and start it with --elevated-stats.',
    )
    return
  }
  const times = event.times > 1 ? `, ${event.times} times in a row` : ''
  console.error(`${who} ${event.how}${times}, and is left off. Its last lines:`)
  for (const line of event.lastLines) console.error(`  ${line}`)
  console.error(`The whole log: ${logPath}. Stop and start Task Manager Pro to try again.`)
}
