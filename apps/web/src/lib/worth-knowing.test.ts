import { describe, expect, test } from 'vitest'
import { formatClock } from './format.ts'
import type { Observation } from './worth-knowing-rules.ts'
import { nextLog, worthKnowing, type WorthKnowingLog } from './worth-knowing.ts'

const START_MS = Date.UTC(2026, 7, 12, 12)
const SECOND = 1000
const MINUTE = 60 * SECOND
const clock = (seconds: number) => formatClock(START_MS + seconds * SECOND)

const observation = (id: string, change: Partial<Observation> = {}): Observation => ({
  id,
  kind: 'info',
  say: (isNow, amount) => ({ fact: `${id} ${isNow ? 'now' : 'then'} ${amount}`, rest: '' }),
  detail: '',
  href: '/',
  leastMs: 0,
  isEvent: false,
  ...change,
})
const full = observation('full')
const hot = observation('hot', { kind: 'warn', isEvent: true, leastMs: 3 * SECOND })
const kill = observation('kill', { kind: 'warn', isEvent: true, amount: 2 })

/** A sample a second; `seen(second)` is what the rules see in it. */
function watch(seconds: number, seen: (second: number) => readonly Observation[]) {
  let log: WorthKnowingLog | null = null
  for (let second = 0; second <= seconds; second += 1) {
    log = nextLog(log, seen(second), START_MS + second * SECOND)
  }
  return log
}
const said = (log: WorthKnowingLog | null) =>
  worthKnowing([log, null]).map(({ fact, when }) => `${fact}, ${when}`.replaceAll('\u202f', ' '))

describe('worth knowing', () => {
  test('nothing has been seen, or nothing was there', () => {
    expect(worthKnowing([null, null])).toEqual([])
    expect(said(watch(5, () => []))).toEqual([])
  })

  test('a state says since when, or that it was there before; over, it is no news', () => {
    expect(said(watch(9, () => [full]))).toEqual([`full now 0, since before ${clock(0)}`])
    expect(said(watch(9, (at) => (at >= 4 ? [full] : [])))).toEqual([
      `full now 0, since ${clock(4)}`,
    ])
    expect(said(watch(9, (at) => (at < 4 ? [full] : [])))).toEqual([])
  })

  test('an event stays for ten minutes and says when it was', () => {
    const log = watch(20, (at) => (at >= 5 && at <= 12 ? [hot] : []))
    expect(said(log)).toEqual([`hot then 0, ${clock(5)} to ${clock(12)}`])
    expect(said(nextLog(log, [], START_MS + 10 * MINUTE))).toHaveLength(1)
    expect(said(nextLog(log, [], START_MS + 11 * MINUTE))).toEqual([])
  })

  test('what lasted too short is no news; twice a little is one line', () => {
    expect(said(watch(9, (at) => (at > 3 && at < 6 ? [hot] : [])))).toEqual([])
    const twice = watch(30, (at) => ((at > 3 && at < 7) || (at > 10 && at < 15) ? [hot] : []))
    expect(said(twice)).toEqual([`hot then 0, 5 s in all since ${clock(4)}, last at ${clock(14)}`])
  })

  test('what is counted is summed over the ten minutes', () => {
    expect(said(watch(9, (at) => (at === 4 ? [kill] : [])))).toEqual([
      `kill then 2, at ${clock(4)}`,
    ])
    expect(said(watch(9, (at) => (at === 9 ? [kill] : [])))).toEqual([`kill now 2, at ${clock(9)}`])
    expect(said(watch(9, (at) => (at === 4 || at === 8 ? [kill] : [])))).toEqual([
      `kill then 4, 2 times since ${clock(4)}, last at ${clock(8)}`,
    ])
  })

  test('a hole in the samples is not filled with what was before and after it', () => {
    const before = watch(5, () => [full])
    const after = nextLog(before, [full], START_MS + 5 * MINUTE)
    expect(said(after)).toEqual([`full now 0, 5 s in all since ${clock(0)}, and now`])
  })

  test('a clock that was set back begins anew', () => {
    const log = watch(9, (at) => (at < 6 ? [hot] : []))
    expect(said(nextLog(log, [], START_MS - MINUTE))).toEqual([])
  })

  test('at most three, warnings first, then what is so now', () => {
    const many = ['a', 'b', 'c'].map((id) => observation(id))
    const log = watch(9, (at) => (at < 6 ? [hot, ...many] : many))
    expect(said(log).map((text) => text.split(' ')[0])).toEqual(['hot', 'a', 'b'])
  })
})
