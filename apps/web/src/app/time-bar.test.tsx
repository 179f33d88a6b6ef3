import type { LoggedAction, ProcessTotals, SystemStats } from '@taskmanager/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/performance.css'
import '../styles/timebar.css'
import { formatClock } from '../lib/format.ts'
import { updateConnection } from '../stores/connection.ts'
import { emptyProcesses, liveProcesses, newestProcesses } from '../stores/live-processes.ts'
import { receiveStats, showStats } from '../stores/live-stats.ts'
import { setPreference } from '../stores/preferences.ts'
import { api } from '../stores/services.ts'
import { Footer } from './footer.tsx'
import { LiveControl } from './live-control.tsx'
import { PhoneBar } from './phone-frame.tsx'
import { TimeBar } from './time-bar.tsx'

const getActions = vi.spyOn(api, 'getActions')
const home = location.href

/** Later in each test: the page holds its past. */
let startMs = 1_790_000_000_000
let seq = 0
/** Of the service's clock before the browser's. */
let aheadMs = 0
/** Second of the sample before. */
let before = 0
beforeEach(() => {
  startMs += 3_600_000
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  setPreference('timeRangeMinutes', 5)
  log([])
  aheadMs = 0
  for (const service of ['stats', 'accuracy'] as const) updateConnection(service, { state: 'live' })
  liveProcesses.set({ ...emptyProcesses, totals: { process_count: 3 } as ProcessTotals })
  // Out of sight: the jump from the test before is a gap of its own.
  sample(-400)
  sample(0)
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  setPreference('paused', false)
  history.replaceState(null, '', home)
  showStats(true)
  liveProcesses.set(emptyProcesses)
})

function open(parts: ReactNode): void {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <div style={{ width: 1200 }}>{parts}</div>
    </QueryClientProvider>,
  )
}

function sample(second: number, change: Partial<SystemStats> = {}): void {
  const stats = {
    seq: (seq += 1),
    sampled_at_ms: startMs + second * 1000,
    interval_ms: (second - before) * 1000,
    gap: false,
    cpu_usage: 20,
    own_cost: null,
    cpu: { cores: [] },
    memory: {},
    disks: [],
    filesystems: [],
    networks: [],
    gpus: [],
    pressure: {},
    ...change,
  }
  before = second
  act(() => {
    vi.setSystemTime(stats.sampled_at_ms - aheadMs)
    receiveStats(stats as unknown as SystemStats)
    updateConnection('stats', { lastDataAtMs: stats.sampled_at_ms })
    updateConnection('accuracy', { lastDataAtMs: stats.sampled_at_ms })
  })
}
/** Time goes by without a sample. */
const pass = (seconds: number) =>
  act(() => {
    vi.advanceTimersByTime(seconds * 1000)
  })

function log(actions: readonly { second: number; name: string; pid?: number }[]): void {
  getActions.mockResolvedValue({
    actions: actions.map(({ second, name, pid = 7 }) => ({
      time_ms: startMs + second * 1000,
      action: 'end',
      result: 'terminated',
      message: `${name} (PID ${pid}) ended.`,
      pid,
      start_id: 's',
      name,
    })) as LoggedAction[],
    next: null,
    unreadable: 0,
  })
}

const track = () => document.querySelector('.tb-track') as HTMLElement
const gap = () => document.querySelector<HTMLElement>('.tb-gap')
const shareOf = (element: HTMLElement | null) =>
  element === null
    ? null
    : ['left', 'right'].map((side) => {
        const box = track().getBoundingClientRect()
        const at = element.getBoundingClientRect()[side as 'left' | 'right']
        return Math.round(((at - box.left) / box.width) * 100)
      })
const words = (element: Element | null) => element?.textContent?.replaceAll('\u202f', ' ')

test('what is not known is hatched, and takes nothing from what is', () => {
  open(<TimeBar />)
  act(() => updateConnection('stats', { state: 'down' }))
  pass(60)
  // A minute of five: what is known ends where it begins.
  expect(shareOf(gap())).toEqual([80, 100])
  expect(document.querySelector('.tb-ticks .now')).not.toBeNull()
  pass(600)
  // Half of it stays: what is known is not lost, and "now" lies outside.
  expect(shareOf(gap())).toEqual([50, 100])
  expect(document.querySelector('.tb-ticks .now')).toBeNull()
  sample(700)
  act(() => updateConnection('stats', { state: 'live' }))
  expect(gap()).toBeNull()
})

test('the ages are by the clock of the service, whose machine may be another', () => {
  open(
    <>
      <TimeBar />
      <Footer />
    </>,
  )
  aheadMs = 90_000
  sample(10)
  act(() => {
    for (const service of ['stats', 'accuracy'] as const)
      updateConnection(service, { state: 'stale' })
  })
  pass(15)
  expect(shareOf(gap())).toEqual([95, 100])
  const ages = ['.tb-state small', '.foot'].map((one) => words(document.querySelector(one)))
  for (const age of ages) expect(age).toContain('last data 15 s ago')
  expect(document.querySelector('.clock')?.textContent).toBe(clock(25))
})

test('paused, the picture stands: nothing of it is unknown', () => {
  open(<TimeBar />)
  act(() => {
    setPreference('paused', true)
    showStats(false)
    updateConnection('stats', { state: 'down' })
  })
  pass(60)
  expect(gap()).toBeNull()
})

test('late is neither live nor silent: it says so, and how old the newest is', () => {
  open(
    <>
      <PhoneBar onSearch={() => {}} />
      <LiveControl />
      <TimeBar />
      <Footer />
    </>,
  )
  const live = () => words(screen.getByRole('group', { name: 'Refresh' }))
  const bar = () => words(document.querySelector('.tb-state small'))
  const phone = () => words(document.querySelector('.pbar small'))
  const foot = () => words(screen.getByRole('contentinfo'))
  expect(live()).toMatch(/^Live0/)
  act(() => updateConnection('stats', { state: 'stale' }))
  pass(4)
  expect(live()).toMatch(/^Late/)
  expect(bar()).toBe('late, last data 4 s ago')
  expect(phone()).toBe('late, last data 4 s ago')
  expect(foot()).toMatch(/^3 processes/)
  expect(document.querySelector('.tb-edge.still')).not.toBeNull()
  expect(shareOf(gap())).toEqual([99, 100])

  sample(5)
  act(() => {
    updateConnection('stats', { state: 'live' })
    updateConnection('accuracy', { state: 'stale' })
  })
  pass(7)
  expect(live()).toMatch(/^Late/)
  expect(bar()).toMatch(/^live/)
  expect(phone()).toBe('late, last data 7 s ago')
  expect(foot()).toMatch(/^processes and threads: last data 7 s ago/)

  act(() => updateConnection('stats', { state: 'down' }))
  expect(live()).toMatch(/^Late/)
  act(() => updateConnection('accuracy', { state: 'live' }))
  expect(live()).toMatch(/^Live, in part/)
  act(() => updateConnection('accuracy', { state: 'down' }))
  expect(live()).toMatch(/^Not live/)
  act(() => setPreference('paused', true))
  expect(live()).toMatch(/^Paused/)
})

const flags = () => {
  const bar = screen.queryByRole('toolbar', { name: 'Events' })
  return bar === null ? [] : within(bar).getAllByRole('link')
}
const names = () =>
  flags().map((flag) => flag.getAttribute('aria-label')?.replaceAll('\u202f', ' '))
const clock = (second: number) => formatClock(startMs + second * 1000)
/** Seconds from the left edge of a bar of five minutes. */
const secondOf = (flag: Element) => {
  const { left, right } = (flag.querySelector('.i') as Element).getBoundingClientRect()
  const box = track().getBoundingClientRect()
  return Math.round((((left + right) / 2 - box.left) / box.width) * 300)
}
const tip = () => words(document.querySelector('.tb-tip'))
const tipLeft = () => document.querySelector('.tb-tip .tip')?.getBoundingClientRect().left ?? NaN
const withKills = (kills: number) => ({ memory: { oom_kills: kills } }) as Partial<SystemStats>

test('what was done, what is worth knowing and what befell the machine stand at their seconds', async () => {
  log([{ second: 60, name: 'webshop' }])
  sample(1, withKills(0))
  open(<TimeBar />)
  await vi.waitFor(() => expect(getActions).toHaveBeenCalled())
  // Its second has not come yet: the plot ends before it.
  expect(flags()).toEqual([])
  sample(61, { ...withKills(0), gap: true })
  sample(62, withKills(0))
  sample(120, withKills(0))
  sample(121, withKills(2))
  await vi.waitFor(() => expect(flags()[0]?.textContent).toBe('2'))
  expect(names()).toEqual([
    `2 events. ${clock(61)}: The machine slept 1 min. ${clock(60)}: webshop (PID 7) ended.`,
    `${clock(121)}: The kernel ended 2 processes for lack of memory.`,
  ])
  expect(flags().map(({ textContent }) => textContent)).toEqual(['2', ''])
  expect(flags().map(({ className }) => className)).toEqual(['tb-flag action', 'tb-flag warn'])
  expect(flags().map(secondOf)).toEqual([239, 300])
})

test('flags go with the plot, and leave with its left edge; a sample makes none of them anew', async () => {
  log([
    { second: 50, name: 'make' },
    { second: 10, name: 'webshop' },
  ])
  sample(60)
  open(<TimeBar />)
  await vi.waitFor(() => expect(flags()).toHaveLength(2))
  expect(flags().map(secondOf)).toEqual([250, 290])
  const observer = new MutationObserver(() => {})
  observer.observe(screen.getByRole('toolbar'), {
    subtree: true,
    childList: true,
    attributes: true,
  })
  for (let second = 61; second <= 310; second += 1) sample(second)
  expect(flags().map(secondOf)).toEqual([0, 40])
  expect(observer.takeRecords()).toEqual([])
  act(() => flags()[0]?.focus())
  expect(tip()).toBe(`${clock(10)} webshop (PID 7) ended.`)
  sample(311)
  expect(flags().map(secondOf)).toEqual([39])
  // The one that left had the focus: the next has it now.
  expect(document.activeElement).toBe(flags()[0])
  expect(tip()).toBe(`${clock(50)} make (PID 7) ended.`)
  // It goes with its flag.
  const left = tipLeft()
  sample(321)
  expect(Math.round(left - tipLeft())).toBe(Math.round((track().clientWidth / 300) * 10))
  sample(351)
  expect(screen.queryByRole('toolbar')).toBeNull()
  expect(tip()).toBeUndefined()
  observer.disconnect()
})

test('one stop of the Tab key, arrow keys between them, Enter opens', async () => {
  log([
    { second: 60, name: 'make', pid: 31 },
    { second: 30, name: 'code', pid: 21 },
    { second: 0, name: 'webshop', pid: 11 },
  ])
  sample(70)
  open(<TimeBar />)
  await vi.waitFor(() => expect(flags()).toHaveLength(3))
  await userEvent.keyboard('{Tab}')
  expect(document.activeElement).toBe(flags()[2])
  expect(tip()).toContain('make (PID 31) ended.')
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}')
  expect(document.activeElement).toBe(flags()[0])
  await userEvent.keyboard('{End}{ArrowLeft}')
  expect(tip()).toContain('code (PID 21) ended.')
  await userEvent.keyboard('{Tab}')
  expect(document.activeElement?.textContent).toBe('1 min'.replace(' ', ' '))
  expect(tip()).toBeUndefined()
  await userEvent.keyboard('{Shift>}{Tab}{/Shift}')
  await userEvent.keyboard('{Enter}')
  expect(`${location.pathname}${location.search}`).toBe('/actions?q=21')
})

test('pointed at, it tells in place of the figures of the second', async () => {
  log(Array.from({ length: 7 }, (_, index) => ({ second: 30, name: 'make', pid: 90 - index })))
  sample(30)
  open(<TimeBar />)
  await vi.waitFor(() => expect(flags()).toHaveLength(1))
  await userEvent.hover(flags()[0] as HTMLElement)
  expect(document.querySelectorAll('.tb-tip')).toHaveLength(1)
  expect(tip()).toMatch(/make \(PID 8\d\) ended\.and 2 more$/)
  sample(31, { gap: true })
  expect(tip()).toMatch(/^\d\d:\d\d:\d\d The machine slept 1 s\..*and 3 more$/)
  await userEvent.unhover(flags()[0] as HTMLElement)
  expect(tip()).toBeUndefined()
})

test('lists that were away, and whose service is another now', () => {
  newestProcesses.set({ ...emptyProcesses, seq: 50 })
  open(<TimeBar />)
  act(() => updateConnection('accuracy', { state: 'down' }))
  act(() => newestProcesses.set({ ...emptyProcesses, seq: 1 }))
  sample(9)
  act(() => updateConnection('accuracy', { state: 'live' }))
  expect(names()).toEqual([
    `${clock(9)}: The list service on port 8001 was restarted; nothing came from it for 9 s.`,
  ])
})
