import type { LoggedAction } from '@taskmanager/contracts'
import { describe, expect, test } from 'vitest'
import type { FrameTime } from './gaps.ts'
import {
  eventBetween,
  eventOfAction,
  eventOfListOutage,
  eventsOfLog,
  flagsOf,
  type TimeEvent,
} from './time-events.ts'
import type { Observation } from './worth-knowing-rules.ts'
import { nextLog, type WorthKnowingLog } from './worth-knowing.ts'

const START_MS = Date.UTC(2026, 7, 12, 12)
const at = (second: number) => START_MS + second * 1000
const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ')

describe('actions', () => {
  const action: LoggedAction = {
    time_ms: START_MS,
    action: 'end',
    result: 'terminated',
    message: 'Café (PID 8133) ended.',
    pid: 8133,
    start_id: 'b-1',
    name: 'Café',
    user: 'anna',
    by: 'page',
    elevated: false,
  }
  test('in the sentence of the log; its line of the log is found by its pid', () => {
    expect(eventOfAction(action)).toMatchObject({
      atMs: START_MS,
      kind: 'action',
      text: 'Café (PID 8133) ended.',
      href: '/actions?q=8133',
    })
  })
  test('a service has no pid: by its name; what has neither, among all', () => {
    const service = { ...action, pid: null, start_id: null, name: 'a&b.service' }
    expect(eventOfAction(service).href).toBe('/actions?q=a%26b.service')
    expect(eventOfAction({ ...service, name: null }).href).toBe('/actions')
  })
})

describe('worth knowing', () => {
  const hot: Observation = {
    id: 'hot',
    kind: 'warn',
    say: (isNow, amount) => ({ fact: `It ${isNow ? 'is' : 'was'} hot`, rest: ` ${amount} times.` }),
    detail: '',
    href: '/performance/cpu',
    leastMs: 3000,
    isEvent: true,
    amount: 1,
  }
  const watch = (isHot: (second: number) => boolean) => {
    let log: WorthKnowingLog | null = null
    for (let second = 0; second <= 20; second += 1) {
      log = nextLog(log, isHot(second) ? [hot] : [], at(second))
    }
    return log === null ? [] : eventsOfLog(log)
  }
  test('each stretch that lasted long enough, at the second it began', () => {
    const events = watch((second) => [4, 8, 9, 10, 11, 15, 16, 17, 18].includes(second))
    expect(events.map(({ atMs }) => atMs)).toEqual([at(8), at(15)])
    expect(events[0]).toMatchObject({
      kind: 'warn',
      text: 'It was hot 4 times.',
      href: '/performance/cpu',
    })
  })
  test('what was so before anybody looked has no second of its own', () => {
    expect(watch(() => true)).toEqual([])
  })
})

describe('machine and services', () => {
  const frame = (second: number, change: Partial<FrameTime> = {}): FrameTime => ({
    seq: 100 + second,
    sampled_at_ms: at(second),
    interval_ms: 1000,
    gap: false,
    ...change,
  })
  const between = (next: FrameTime) => {
    const event = eventBetween(frame(0), next, 8000)
    return event === null ? null : [plain(event.text), event.href, event.atMs]
  }
  test('a sample follows a sample: nothing happened', () => {
    expect(between(frame(1))).toBeNull()
    expect(between(frame(2))).toBeNull()
  })
  test.each([
    [frame(7200, { gap: true }), 'The machine slept 2 h.', '/performance/cpu'],
    [frame(3600, { seq: 101 }), 'The clock was set ahead 1 h.', '/performance/cpu'],
    [frame(-60, { seq: 101 }), 'The clock was set back 1 min.', '/performance/cpu'],
    [frame(12), 'No figures came from port 8000 for 12 s.', '/settings'],
    [
      frame(2, { seq: 1, interval_ms: null }),
      'The system service on port 8000 was restarted; nothing came from it for 2 s.',
      '/settings',
    ],
  ])('%o', (next, text, href) => {
    expect(between(next)).toEqual([text, href, next.sampled_at_ms])
  })
  test('lists that were away', () => {
    const outage = { fromMs: at(0), untilMs: at(9), isRestarted: false }
    const texts = [outage, { ...outage, isRestarted: true }].map((one) =>
      plain(eventOfListOutage(one, 8001).text),
    )
    expect(texts).toEqual([
      'No lists came from port 8001 for 9 s.',
      'The list service on port 8001 was restarted; nothing came from it for 9 s.',
    ])
  })
})

describe('flags', () => {
  const event = (second: number, change: Partial<TimeEvent> = {}): TimeEvent => ({
    id: String(second),
    atMs: at(second),
    kind: 'action',
    text: '',
    href: `/actions?q=${second}`,
    ...change,
  })
  test('what is too near to another is one flag with it, at the first of them', () => {
    const flags = flagsOf([event(30), event(4), event(0), event(5), event(9)], 5000)
    expect(flags.map(({ atMs, events }) => [atMs, events.map(({ id }) => id)])).toEqual([
      [at(0), ['0', '4']],
      [at(5), ['5', '9']],
      [at(30), ['30']],
    ])
  })
  test('looks like the most pressing and leads to it; to all of a kind, where there are several', () => {
    const warning = event(1, { kind: 'warn', href: '/performance/memory' })
    const service = event(2, { kind: 'service', href: '/settings' })
    const lookAndLead = (...events: TimeEvent[]) =>
      flagsOf(events, 10_000).map(({ kind, href }) => [kind, href])
    expect(lookAndLead(event(0), warning, service)).toEqual([['warn', '/performance/memory']])
    expect(lookAndLead(event(0), service)).toEqual([['action', '/actions?q=0']])
    expect(lookAndLead(event(0), event(1))).toEqual([['action', '/actions']])
    expect(lookAndLead(event(0), event(1, { href: '/actions?q=0' }))).toEqual([
      ['action', '/actions?q=0'],
    ])
  })
})
