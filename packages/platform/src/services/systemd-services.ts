import {
  SERVICE_STATES,
  type ServiceAction,
  type ServiceScope,
  type ServiceUnit,
} from '@taskmanager/contracts'
import { BUS_ITSELF, DBusError, NoBusError, openBus, type Bus } from '../dbus/dbus-connection.ts'
import { textOf, type DBusValue } from '../dbus/dbus-values.ts'
import { shellUnit, unescapeUnit } from '../linux/unit-name.ts'
import { cleanText, cut } from '../text/clean.ts'
import { isCriticalService } from './critical-services.ts'
import { whyMissing } from './why-missing.ts'
import type {
  ServiceOrder,
  ServiceReport,
  ServicesProvider,
  ServicesReading,
} from './services-provider.ts'

interface SystemdOptions {
  /** Paths of the sockets of both buses. */
  buses: Readonly<Record<ServiceScope, string>>
  nowMs: () => number
}

// Source: org.freedesktop.systemd1(5)
const MANAGER = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
} as const
const JOB_REMOVED = `type='signal',interface='${MANAGER.interface}',member='JobRemoved'`
const UNIT = 'org.freedesktop.systemd1.Unit'

/** A name as systemd allows it, of one service and no template. Source: systemd.unit(5). */
const SERVICE_NAME = /^[A-Za-z0-9:_.\\@-]{1,247}\.service$/
const isTemplate = (name: string): boolean => name.endsWith('@.service')
/** Our own, which would stop in the middle of the answer. */
const OURS = /^task-manager-pro[^/]*\.service$/

/** How long a job is watched, and how long a person may need to type a password. */
const JOB_MS = 8000
const INTERACTIVE_MS = 60_000

const METHODS = { start: 'StartUnit', stop: 'StopUnit', restart: 'RestartUnit' } as const

/** The services of systemd, of the machine and of the user, asked over D-Bus: no program is started. */
export class SystemdServices implements ServicesProvider {
  readonly manager = 'systemd'
  readonly unavailable = null
  readonly fixed = null
  readonly #options: SystemdOptions

  constructor(options: SystemdOptions) {
    this.#options = options
  }

  logOf({ scope, name }: Pick<ServiceOrder, 'scope' | 'name'>): string {
    return `journalctl ${scope === 'user' ? '--user ' : ''}-u ${shellUnit(name)}`
  }

  async list(): Promise<ServicesReading> {
    const [system, user] = await Promise.all([this.#listOf('system'), this.#listOf('user')])
    return {
      services: [...system.services, ...user.services],
      missing: { system: system.missing, user: user.missing },
    }
  }

  async act(order: ServiceOrder): Promise<ServiceReport> {
    const refusal = this.#refusal(order)
    if (refusal !== null) return refusal
    try {
      using bus = await openBus(this.#options.buses[order.scope])
      const refusalOfId = isEnding(order) ? refusalToEnd(await idOf(bus, order.name), order) : null
      if (refusalOfId !== null) return refusalOfId
      const failed =
        order.action === 'enable' || order.action === 'disable'
          ? await changeStart(bus, order.name, order.action)
          : await runJob(bus, order.name, order.action)
      const now = await stateOf(bus, order.name)
      return {
        result: failed === null ? 'done' : failed.result,
        reason: failed?.reason ?? null,
        ...now,
      }
    } catch (error) {
      return refusedBy(error)
    }
  }

  #refusal(order: ServiceOrder): ServiceReport | null {
    const { name, expiresAtMs } = order
    if (expiresAtMs !== undefined && this.#options.nowMs() > expiresAtMs) return refused('expired')
    if (!SERVICE_NAME.test(name) || isTemplate(name)) return refused('gone')
    return isEnding(order) ? refusalToEnd(name, order) : null
  }

  async #listOf(scope: ServiceScope): Promise<{ services: ServiceUnit[]; missing: string | null }> {
    try {
      using bus = await openBus(this.#options.buses[scope])
      const [units, files] = await Promise.all([
        bus.call({ ...MANAGER, member: 'ListUnits' }),
        bus.call({ ...MANAGER, member: 'ListUnitFiles' }),
      ])
      const listed = presentUnits(scope, rowsOf(units), rowsOf(files))
      return { services: listed, missing: null }
    } catch (error) {
      if (error instanceof NoBusError || error instanceof DBusError)
        return { services: [], missing: whyMissing(error) }
      throw error
    }
  }
}

const refused = (result: ServiceReport['result'], reason: string | null = null): ServiceReport => ({
  result,
  reason,
  state: null,
  starts: null,
})

const isEnding = ({ action }: ServiceOrder): boolean => action === 'stop' || action === 'restart'

/** @param name one of its names: it may have others than the one it was asked for by */
function refusalToEnd(name: string, order: ServiceOrder): ServiceReport | null {
  if (OURS.test(name))
    return refused('protected', 'This is Task Manager Pro itself. Stop it with systemctl.')
  return isCriticalService(name) && order.confirmName !== order.name
    ? refused('confirmation_required')
    : null
}

const rowsOf = (body: readonly DBusValue[]): readonly DBusValue[][] => body[0] as DBusValue[][]

/** Units that are loaded, then those that only have a file. */
function presentUnits(
  scope: ServiceScope,
  units: readonly DBusValue[][],
  files: readonly DBusValue[][],
): ServiceUnit[] {
  const starts = new Map<string, string>()
  for (const [path, state] of files) {
    const name = textOf(path).split('/').at(-1) ?? ''
    // A second name of a service that is listed by its first.
    if (state === 'alias' || !SERVICE_NAME.test(name) || isTemplate(name)) continue
    starts.set(name, textOf(state))
  }
  const services: ServiceUnit[] = []
  for (const [name, description, load, active, sub] of units) {
    const id = textOf(name)
    if (!SERVICE_NAME.test(id) || load === 'not-found') continue
    services.push({
      ...shared(scope, id, starts.get(id) ?? null),
      description: cut(cleanText(textOf(description)), 255),
      state: stateWord(textOf(active)),
      sub_state: cut(cleanText(textOf(sub)), 64),
    })
    starts.delete(id)
  }
  for (const [name, state] of starts) {
    services.push({
      ...shared(scope, name, state),
      description: null,
      state: 'inactive',
      sub_state: null,
    })
  }
  return services
}

const shared = (scope: ServiceScope, name: string, starts: string | null) => ({
  scope,
  name,
  unit: unescapeUnit(name),
  starts: starts === null ? null : cut(cleanText(starts), 32),
  critical: isCriticalService(name),
  pid: null,
})

const stateWord = (word: string): ServiceUnit['state'] =>
  SERVICE_STATES.find((known) => known === word) ?? 'unknown'

interface Failure {
  result: 'failed' | 'pending'
  reason: string | null
}

/** Starts a job and waits until systemd has done with it. null: it is done. */
async function runJob(
  bus: Bus,
  name: string,
  action: Exclude<ServiceAction, 'enable' | 'disable'>,
): Promise<Failure | null> {
  const results = new Map<string, string>()
  let wake: (() => void) | null = null
  bus.onSignal(({ member, body }) => {
    if (member !== 'JobRemoved') return
    results.set(textOf(body[1]), textOf(body[3]))
    wake?.()
  })
  await bus.call({ ...BUS_ITSELF, member: 'AddMatch', signature: 's', body: [JOB_REMOVED] })
  await bus.call({ ...MANAGER, member: 'Subscribe' })
  const [job] = await bus.call(
    {
      ...MANAGER,
      member: METHODS[action],
      signature: 'ss',
      body: [name, 'replace'],
      interactive: true,
    },
    INTERACTIVE_MS,
  )
  const path = textOf(job)
  if (!results.has(path)) {
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, JOB_MS)
      wake = () => {
        if (!results.has(path)) return
        clearTimeout(late)
        resolve()
      }
    })
  }
  const result = results.get(path)
  if (result === undefined) return { result: 'pending', reason: null }
  return result === 'done' || result === 'skipped' ? null : { result: 'failed', reason: result }
}

/** Whether it starts with the machine (or the session). null: it is done. */
async function changeStart(
  bus: Bus,
  name: string,
  action: 'enable' | 'disable',
): Promise<Failure | null> {
  const order =
    action === 'enable'
      ? { member: 'EnableUnitFiles', signature: 'asbb', body: [[name], false, false] }
      : { member: 'DisableUnitFiles', signature: 'asb', body: [[name], false] }
  await bus.call({ ...MANAGER, ...order, interactive: true }, INTERACTIVE_MS)
  await bus.call({ ...MANAGER, member: 'Reload', interactive: true }, INTERACTIVE_MS)
  return null
}

/** The first of its names. */
const idOf = (bus: Bus, name: string): Promise<string> => propertyOf(bus, name, 'Id')

async function propertyOf(bus: Bus, name: string, property: string): Promise<string> {
  const [path] = await bus.call({ ...MANAGER, member: 'LoadUnit', signature: 's', body: [name] })
  const [value] = await bus.call({
    destination: MANAGER.destination,
    path: textOf(path),
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: [UNIT, property],
  })
  return textOf(value)
}

async function stateOf(bus: Bus, name: string): Promise<Pick<ServiceReport, 'state' | 'starts'>> {
  try {
    const active = await propertyOf(bus, name, 'ActiveState')
    const [starts] = await bus.call({
      ...MANAGER,
      member: 'GetUnitFileState',
      signature: 's',
      body: [name],
    })
    return { state: stateWord(active), starts: cut(cleanText(textOf(starts)), 32) }
  } catch (error) {
    if (error instanceof DBusError) return { state: null, starts: null }
    throw error
  }
}

const NOT_ALLOWED = new Set([
  'org.freedesktop.DBus.Error.AccessDenied',
  'org.freedesktop.DBus.Error.AuthFailed',
  'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired',
  'org.freedesktop.PolicyKit1.Error.NotAuthorized',
  'org.freedesktop.PolicyKit1.Error.Cancelled',
])
const NO_SUCH_UNIT = new Set([
  'org.freedesktop.systemd1.NoSuchUnit',
  'org.freedesktop.systemd1.LoadFailed',
  'org.freedesktop.DBus.Error.FileNotFound',
])

/** @throws what is no answer of a bus */
function refusedBy(error: unknown): ServiceReport {
  const unknown = { state: null, starts: null }
  if (error instanceof NoBusError)
    return { result: 'unavailable', reason: error.message, ...unknown }
  if (!(error instanceof DBusError)) throw error
  const reason = cut(cleanText(error.message), 400)
  if (NOT_ALLOWED.has(error.errorName)) return { result: 'needs_elevation', reason, ...unknown }
  if (NO_SUCH_UNIT.has(error.errorName)) return { result: 'gone', reason, ...unknown }
  return { result: 'failed', reason, ...unknown }
}
