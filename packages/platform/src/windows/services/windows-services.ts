import { setTimeout as wait } from 'node:timers/promises'
import type { ServiceAction, ServiceUnit } from '@taskmanager/contracts'
import { isCriticalService } from '../../services/critical-services.ts'
import type {
  ServiceOrder,
  ServiceReport,
  ServicesProvider,
  ServicesReading,
} from '../../services/services-provider.ts'
import { SlicedWork } from '../../sliced-work.ts'
import { cleanName, cleanText, cut } from '../../text/clean.ts'
import {
  type ListedService,
  SERVICE_STATE,
  type ServiceStatus,
  START_TYPE,
} from './parse-services.ts'
import { type OpenService, SERVICE_RIGHT, type ServiceCalls } from './service-calls.ts'

interface WindowsServicesOptions {
  calls: ServiceCalls
  nowMs: () => number
  /** How long an order is watched, and how often. */
  watchMs?: number
  everyMs?: number
}

const NO_USER_SERVICES = 'Windows has no services of a session beside those of the machine'
const NOT_ASKED = 'the service control manager of Windows does not answer'

/** Source: winsvc.h, in the words of systemd that mean the same. */
const STATES = new Map<number, Pick<ServiceUnit, 'state' | 'sub_state'>>([
  [SERVICE_STATE.stopped, { state: 'inactive', sub_state: 'stopped' }],
  [SERVICE_STATE.startPending, { state: 'activating', sub_state: 'start pending' }],
  [SERVICE_STATE.stopPending, { state: 'deactivating', sub_state: 'stop pending' }],
  [SERVICE_STATE.running, { state: 'active', sub_state: 'running' }],
  [SERVICE_STATE.continuePending, { state: 'reloading', sub_state: 'continue pending' }],
  [SERVICE_STATE.pausePending, { state: 'deactivating', sub_state: 'pause pending' }],
  [SERVICE_STATE.paused, { state: 'active', sub_state: 'paused' }],
])

/** "Disabled" of Windows is what systemd calls masked: nothing starts it. */
const STARTS = new Map<number, string>([
  [0, 'enabled'],
  [1, 'enabled'],
  [START_TYPE.automatic, 'enabled'],
  [START_TYPE.demand, 'disabled'],
  [START_TYPE.disabled, 'masked'],
])

// Source: winerror.h.
const ACCESS_DENIED = 5
const NO_SUCH_SERVICE = 1060
const INVALID_NAME = 123
const DISABLED = 1058
const NEVER_STARTED = 1077

const RIGHTS: Record<ServiceAction, number> = {
  start: SERVICE_RIGHT.start,
  stop: SERVICE_RIGHT.stop | SERVICE_RIGHT.enumerateDependents,
  restart: SERVICE_RIGHT.start | SERVICE_RIGHT.stop | SERVICE_RIGHT.enumerateDependents,
  enable: SERVICE_RIGHT.changeConfig,
  disable: SERVICE_RIGHT.changeConfig,
}
const LOOK = SERVICE_RIGHT.queryStatus | SERVICE_RIGHT.queryConfig

type Failure = Pick<ServiceReport, 'result' | 'reason'>

/** The services of Windows, by its service control manager: no program is started. */
export class WindowsServices implements ServicesProvider {
  readonly manager = 'Windows'
  readonly unavailable = null
  readonly fixed = null
  readonly #calls: ServiceCalls
  readonly #nowMs: () => number
  readonly #watchMs: number
  readonly #everyMs: number

  constructor({ calls, nowMs, watchMs = 8000, everyMs = 100 }: WindowsServicesOptions) {
    this.#calls = calls
    this.#nowMs = nowMs
    this.#watchMs = watchMs
    this.#everyMs = everyMs
  }

  logOf(): string {
    return 'Event Viewer, Windows Logs, System'
  }

  async list(): Promise<ServicesReading> {
    const listed = await this.#calls.list()
    if (listed === null)
      return { services: [], missing: { system: NOT_ASKED, user: NO_USER_SERVICES } }
    const work = new SlicedWork()
    const services: ServiceUnit[] = []
    for (const service of listed) {
      const isInTime = await work.goesOn()
      services.push(present(service, isInTime ? this.#startTypeOf(service.name) : null))
    }
    return { services, missing: { system: null, user: NO_USER_SERVICES } }
  }

  #startTypeOf(name: string): number | null {
    const { service } = this.#calls.open(name, SERVICE_RIGHT.queryConfig)
    try {
      return service?.startType() ?? null
    } finally {
      service?.close()
    }
  }

  async act(order: ServiceOrder): Promise<ServiceReport> {
    const refusal = this.#refusal(order)
    if (refusal !== null) return { ...refusal, state: null, starts: null }
    const { code, service } = this.#calls.open(order.name, LOOK | RIGHTS[order.action])
    if (service === null) return { ...refusedBy(code), state: null, starts: null }
    try {
      const failure = await this.#carryOut(service, order.action)
      const [status, type] = [service.status(), service.startType()]
      return {
        result: failure?.result ?? 'done',
        reason: failure?.reason ?? null,
        state: status === null ? null : stateOf(status).state,
        starts: startsOf(type),
      }
    } finally {
      service.close()
    }
  }

  #refusal({ scope, name, action, confirmName, expiresAtMs }: ServiceOrder): Failure | null {
    if (expiresAtMs !== undefined && this.#nowMs() > expiresAtMs)
      return { result: 'expired', reason: null }
    if (scope === 'user') return { result: 'gone', reason: null }
    if (action !== 'stop' && action !== 'restart') return null
    return isCriticalService(name) && confirmName !== name
      ? { result: 'confirmation_required', reason: null }
      : null
  }

  async #carryOut(service: OpenService, action: ServiceAction): Promise<Failure | null> {
    switch (action) {
      case 'start':
        return this.#start(service)
      case 'stop':
        return this.#stop(service)
      case 'restart':
        return (await this.#stop(service)) ?? this.#start(service)
      case 'enable':
        return setStart(service, START_TYPE.automatic)
      case 'disable':
        return setStart(service, START_TYPE.demand)
    }
  }

  async #start(service: OpenService): Promise<Failure | null> {
    if (service.status()?.state === SERVICE_STATE.running) return null
    if (service.startType() === START_TYPE.disabled) return failed(REASONS.get(DISABLED) ?? '')
    const code = await service.start()
    const status = await this.#settled(service, SERVICE_STATE.startPending)
    if (status === null) return failed('its state is not told')
    if (status.state === SERVICE_STATE.running) return null
    if (status.state === SERVICE_STATE.startPending) return { result: 'pending', reason: null }
    if (code === ACCESS_DENIED) return refusedBy(code)
    return failed(code === 0 ? exitReason(status) : reasonOf(code))
  }

  async #stop(service: OpenService): Promise<Failure | null> {
    const before = service.status()
    if (before?.state === SERVICE_STATE.stopped) return null
    const dependents = service.dependents()
    if (dependents.length > 0)
      return failed(cleanText(`${dependents.slice(0, 5).join(', ')} need it and run`))
    if (before?.acceptsStop === false) return failed('it does not let itself be stopped')
    const code = await service.stop()
    const status = await this.#settled(service, SERVICE_STATE.stopPending)
    if (status?.state === SERVICE_STATE.stopped) return null
    if (status?.state === SERVICE_STATE.stopPending) return { result: 'pending', reason: null }
    if (code === 0) return failed('it went on running')
    return refusedBy(code)
  }

  /** The first status in which it is not on its way any more, or the last one that was seen in time. */
  async #settled(service: OpenService, onItsWay: number): Promise<ServiceStatus | null> {
    const rounds = Math.ceil(this.#watchMs / this.#everyMs)
    let status = service.status()
    for (let round = 0; round < rounds && status?.state === onItsWay; round++) {
      await wait(this.#everyMs)
      status = service.status()
    }
    return status
  }
}

const failed = (reason: string): Failure => ({ result: 'failed', reason: cut(reason, 400) })

function setStart(service: OpenService, type: number): Failure | null {
  const code = service.setStartType(type)
  return code === 0 ? null : refusedBy(code)
}

const REASONS = new Map<number, string>([
  [DISABLED, 'it is disabled: nothing may start it'],
  [1051, 'services that need it run'],
  [1052, 'it does not let itself be stopped'],
  [1053, 'it did not answer in time'],
  [1055, 'the service control manager is busy with another order'],
  [1061, 'it takes no orders just now'],
  [1067, 'its process ended at once'],
  [1068, 'a service it needs could not be started'],
  [1069, 'its account could not be signed in'],
  [1072, 'it is about to be deleted'],
  [1075, 'a service it needs is not there'],
])

const reasonOf = (code: number) => REASONS.get(code) ?? `error ${code} of Windows`

const exitReason = ({ exitCode }: ServiceStatus): string =>
  exitCode === 0 || exitCode === NEVER_STARTED ? 'it ended at once' : reasonOf(exitCode)

function refusedBy(code: number): Failure {
  if (code === ACCESS_DENIED)
    return { result: 'needs_elevation', reason: 'only an administrator may' }
  if (code === NO_SUCH_SERVICE || code === INVALID_NAME) return { result: 'gone', reason: null }
  return failed(reasonOf(code))
}

function present(service: ListedService, startType: number | null): ServiceUnit {
  return {
    scope: 'system',
    name: cleanName(service.name),
    unit: cleanName(service.name),
    description: cut(cleanText(service.displayName), 255),
    ...stateOf(service),
    starts: startsOf(startType),
    critical: isCriticalService(service.name),
    pid: service.pid,
  }
}

const startsOf = (type: number | null): string | null =>
  type === null ? null : (STARTS.get(type) ?? null)

/** Stopped with an error of its own is failed; one that has not run since the start of the machine is not. */
function stateOf({ state, exitCode }: ServiceStatus): Pick<ServiceUnit, 'state' | 'sub_state'> {
  if (state === SERVICE_STATE.stopped && exitCode !== 0 && exitCode !== NEVER_STARTED)
    return { state: 'failed', sub_state: `exit code ${exitCode}` }
  return STATES.get(state) ?? { state: 'unknown', sub_state: null }
}
