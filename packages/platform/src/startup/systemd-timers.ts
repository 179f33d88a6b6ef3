import type { ServiceScope, StartupItem } from '@taskmanager/contracts'
import { DBusError, NoBusError, openBus, type Bus } from '../dbus/dbus-connection.ts'
import { textOf, type DBusValue } from '../dbus/dbus-values.ts'
import { shellUnit, unescapeUnit } from '../linux/unit-name.ts'
import type { Clock } from '../options.ts'
import { cleanName, cleanText, cut } from '../text/clean.ts'
import { whyMissing } from '../services/why-missing.ts'
import { idOf } from './item-id.ts'
import { calendarWords } from './schedule-words.ts'

export interface TimersReading {
  items: StartupItem[]
  /** Why those of the machine are not listed; null: they are. */
  missing: string | null
}

/** No time. Source: USEC_INFINITY of systemd. */
const NEVER = 2 ** 53
const MOST_TIMERS = 500

/** The timers that systemd has loaded, with when they run next. Source: org.freedesktop.systemd1(5), systemd.timer(5). */
export async function readTimers(
  buses: Readonly<Record<ServiceScope, string>>,
  clock: Clock,
): Promise<TimersReading> {
  const [system, user] = await Promise.all([
    timersOf('system', buses.system, clock),
    timersOf('user', buses.user, clock),
  ])
  return { items: [...system.items, ...user.items], missing: system.missing }
}

async function timersOf(scope: ServiceScope, socket: string, clock: Clock): Promise<TimersReading> {
  try {
    using bus = await openBus(socket)
    const [units] = await bus.call({
      destination: 'org.freedesktop.systemd1',
      path: '/org/freedesktop/systemd1',
      interface: 'org.freedesktop.systemd1.Manager',
      member: 'ListUnitsByPatterns',
      signature: 'asas',
      body: [[], ['*.timer']],
    })
    const rows = (units as DBusValue[][]).slice(0, MOST_TIMERS)
    const items = await Promise.all(rows.map((row) => timerItem(bus, scope, row, clock)))
    return { items: items.filter((item) => item !== null), missing: null }
  } catch (error) {
    if (!(error instanceof NoBusError || error instanceof DBusError)) throw error
    return { items: [], missing: whyMissing(error) }
  }
}

async function timerItem(
  bus: Bus,
  scope: ServiceScope,
  [id, description, load, active, , , path]: readonly DBusValue[],
  clock: Clock,
): Promise<StartupItem | null> {
  if (load !== 'loaded') return null
  const name = textOf(id)
  const properties = await propertiesOf(bus, textOf(path))
  const isOn = active === 'active'
  const scoped = scope === 'user' ? ' --user' : ''
  return {
    id: idOf('timer', `${scope}\0${name}`),
    name: cleanName(unescapeUnit(name).replace(/\.timer$/, '')),
    command: cut(cleanText(textOf(properties.get('Unit')) || textOf(description)), 1024),
    app_id: null,
    kind: 'timer',
    scope: scope === 'user' ? 'you' : 'everybody',
    file: cleanName(name),
    schedule: timerWords(properties),
    next_at_ms: isOn ? nextAtMs(properties, clock) : null,
    runs_as: null,
    state: isOn ? 'enabled' : 'disabled',
    reason: null,
    fixed: `It is a timer of systemd: "systemctl${scoped} disable --now ${shellUnit(cleanName(name))}" switches it off, enable on.`,
  }
}

async function propertiesOf(bus: Bus, path: string): Promise<ReadonlyMap<DBusValue, DBusValue>> {
  const [properties] = await bus.call({
    destination: 'org.freedesktop.systemd1',
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'GetAll',
    signature: 's',
    body: ['org.freedesktop.systemd1.Timer'],
  })
  return properties instanceof Map ? properties : new Map<DBusValue, DBusValue>()
}

/** Each of its rules in words, at most three. */
function timerWords(properties: ReadonlyMap<DBusValue, DBusValue>): string | null {
  const rows = (name: string) => (properties.get(name) ?? []) as readonly (readonly DBusValue[])[]
  const rules = [
    ...rows('TimersCalendar').map(([, event]) => calendarWords(textOf(event))),
    ...rows('TimersMonotonic').map(([base, after]) => spanWords(textOf(base), Number(after))),
  ]
  return rules.length === 0 ? null : cut(rules.slice(0, 3).join('; '), 255)
}

const BASES: ReadonlyMap<string, string> = new Map([
  ['OnBootUSec', 'after the start of the machine'],
  ['OnStartupUSec', 'after the start of systemd'],
  ['OnActiveUSec', 'after the timer was switched on'],
  ['OnUnitActiveUSec', 'after it was last started'],
  ['OnUnitInactiveUSec', 'after it last ended'],
])

function spanWords(base: string, microseconds: number): string {
  return `${durationWords(microseconds / 1e6)} ${BASES.get(base) ?? cleanName(base)}`
}

/** The largest two units. */
function durationWords(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ]
  let rest = Math.round(seconds)
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? [] : [`${count} ${unit}`]
  })
  return parts.slice(0, 2).join(' ') || '0 s'
}

/** The sooner of both clocks; null: it waits for something else. */
function nextAtMs(properties: ReadonlyMap<DBusValue, DBusValue>, clock: Clock): number | null {
  const at = (name: string) => {
    const value = Number(properties.get(name) ?? 0)
    return value > 0 && value < NEVER ? value / 1000 : null
  }
  const realtime = at('NextElapseUSecRealtime')
  const monotonic = at('NextElapseUSecMonotonic')
  const sinceBootMs = Number(process.hrtime.bigint() / 1_000_000n)
  const fromMonotonic = monotonic === null ? null : clock.epochMs() + monotonic - sinceBootMs
  const known = [realtime, fromMonotonic].filter((value) => value !== null)
  return known.length === 0 ? null : Math.round(Math.min(...known))
}
