import type { LoggedAction } from '@taskmanager/contracts'
import { formatDuration } from './format.ts'
import { gapBetween, type FrameTime } from './gaps.ts'
import type { WorthKnowingLog } from './worth-knowing.ts'

/** Something that happened at a second of the time bar. */
export interface TimeEvent {
  readonly id: string
  /** Epoch milliseconds. */
  readonly atMs: number
  /** warn, info: as of Worth knowing · action: an order of ours · service: of the machine or of our services */
  readonly kind: 'warn' | 'info' | 'action' | 'service'
  /** One sentence. */
  readonly text: string
  /** Where more of it is told. */
  readonly href: string
}

/** Events too near to each other to be pointed at one by one. */
export interface TimeFlag {
  readonly id: string
  readonly atMs: number
  /** Of the most pressing of them. */
  readonly kind: TimeEvent['kind']
  readonly href: string
  /** Oldest first, at least one. */
  readonly events: readonly TimeEvent[]
}

export function eventOfAction(action: LoggedAction): TimeEvent {
  const { time_ms: atMs, pid, start_id: startId, name, message } = action
  const word = pid ?? name
  return {
    id: ['action', atMs, pid, startId, name, action.action].join(' '),
    atMs,
    kind: 'action',
    text: message,
    href: word === null ? '/actions' : `/actions?q=${encodeURIComponent(word)}`,
  }
}

/** What began while the page looked on, and lasted long enough to be news. What was so before has no second of its own. */
export function eventsOfLog(log: WorthKnowingLog): TimeEvent[] {
  return [...log.episodes.values()].flatMap(({ observation, runs }) =>
    runs
      .filter(({ fromMs, untilMs }) => {
        return fromMs > log.startedAtMs && untilMs - fromMs >= observation.leastMs
      })
      .map(({ fromMs, amount }): TimeEvent => {
        const { id, kind, href } = observation
        const { fact, rest } = observation.say(false, amount)
        return { id: `${id} ${fromMs}`, atMs: fromMs, kind, text: `${fact}${rest}`, href }
      }),
  )
}

/** What two frames of port 8000 that follow each other tell of the time between them; `null`: nothing out of the common. */
export function eventBetween(previous: FrameTime, next: FrameTime, port: number): TimeEvent | null {
  const atMs = next.sampled_at_ms
  const passedMs = atMs - previous.sampled_at_ms
  const of = (href: string, text: string): TimeEvent => ({
    id: `stats ${atMs}`,
    atMs,
    kind: 'service',
    text,
    href,
  })
  const isRestarted = next.seq < previous.seq
  if (isRestarted && passedMs > 0) return of(SERVICE_PAGE, restartText('system', port, passedMs))
  if (passedMs <= 0) return of(MACHINE_PAGE, `The clock was set back ${lengthOf(-passedMs)}.`)
  const gap = gapBetween(previous, next)
  if (gap === null) return null
  if (gap.reason === 'slept') return of(MACHINE_PAGE, `The machine slept ${lengthOf(passedMs)}.`)
  return gap.reason === 'clock'
    ? of(MACHINE_PAGE, `The clock was set ahead ${lengthOf(passedMs)}.`)
    : of(SERVICE_PAGE, `No figures came from port ${port} for ${lengthOf(passedMs)}.`)
}

interface ListOutage {
  readonly fromMs: number
  readonly untilMs: number
  readonly isRestarted: boolean
}

/** The lists are back after nobody answered on their port. */
export function eventOfListOutage(outage: ListOutage, port: number): TimeEvent {
  const { fromMs, untilMs, isRestarted } = outage
  const text = isRestarted
    ? restartText('list', port, untilMs - fromMs)
    : `No lists came from port ${port} for ${lengthOf(untilMs - fromMs)}.`
  return { id: `lists ${untilMs}`, atMs: untilMs, kind: 'service', text, href: SERVICE_PAGE }
}

/** What a service may do, and why not, which a restart may change. */
const SERVICE_PAGE = '/settings'
/** Its charts show the gap. */
const MACHINE_PAGE = '/performance/cpu'

const lengthOf = (ms: number): string => formatDuration(Math.max(1, Math.round(ms / 1000)))

const restartText = (name: string, port: number, ms: number): string =>
  `The ${name} service on port ${port} was restarted; nothing came from it for ${lengthOf(ms)}.`

const PRESSING: readonly TimeEvent['kind'][] = ['warn', 'action', 'service', 'info']

/** One flag for what lies less than `apartMs` after the first of them. */
export function flagsOf(events: readonly TimeEvent[], apartMs: number): TimeFlag[] {
  const groups: TimeEvent[][] = []
  for (const event of events.toSorted((a, b) => a.atMs - b.atMs)) {
    const group = groups.at(-1)
    if (group?.[0] !== undefined && event.atMs - group[0].atMs < apartMs) group.push(event)
    else groups.push([event])
  }
  return groups.flatMap((group) => {
    const [first] = group
    const kind = PRESSING.find((one) => group.some((event) => event.kind === one))
    const most = group.filter((event) => event.kind === kind)
    if (first === undefined || kind === undefined) return []
    return [{ id: first.id, atMs: first.atMs, kind, href: commonHref(most), events: group }]
  })
}

/** Where all of them are told: the page without its filter, where they have different ones. */
function commonHref(events: readonly TimeEvent[]): string {
  const [first] = events
  if (first === undefined) return '/'
  if (events.every(({ href }) => href === first.href)) return first.href
  return first.href.split('?', 1)[0] ?? first.href
}
