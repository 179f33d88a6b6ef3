import type { SystemStats } from '@taskmanager/contracts'
import { act, cleanup, render, screen } from '@testing-library/react'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/charts.css'
import { afterEach, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { formatPercent } from '../lib/format.ts'
import { crosshair } from '../stores/crosshair.ts'
import { gapsIn, receiveStats } from '../stores/live-stats.ts'
import { Chart } from './chart.tsx'
import type { ChartSeries } from './chart-series.ts'

afterEach(cleanup)

const START = 1_790_000_000_000
const SERIES: readonly ChartSeries[] = [{ key: 'cpu', name: 'all', hue: 'cpu', style: 'line' }]
const percent = (value: number | null): string => formatPercent(value)

function sample(second: number, cpu: number | null): SystemStats {
  return {
    seq: second,
    sampled_at_ms: START + second * 1000,
    interval_ms: 1000,
    gap: false,
    cpu_usage: cpu,
    cpu: { cores: [] },
    memory: {},
    disks: [],
    networks: [],
    gpus: [],
    pressure: {},
  } as unknown as SystemStats
}

/** uPlot draws in a task of its own. */
const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))

test('says what it shows when focused, and answers to the arrow keys', async () => {
  const chart = (
    <div style={{ width: 600, height: 300, display: 'grid' }}>
      <Chart title="CPU use" series={SERIES} seconds={60} maximum={100} format={percent} />
    </div>
  )
  const { container } = render(chart)
  expect(container.textContent).toContain('measuring…')
  act(() => {
    for (const [second, cpu] of [13, 47, null, 23].entries()) receiveStats(sample(second + 1, cpu))
  })
  expect(container.textContent).not.toContain('measuring…')
  const picture = screen.getByRole('img')
  act(() => picture.focus())
  expect(picture.getAttribute('aria-label')).toBe(
    'CPU use, last 60 seconds: all now 23\u202f%, lowest 13\u202f%, peak 47\u202f%',
  )
  await userEvent.keyboard('{ArrowLeft}')
  expect(crosshair.get()).toBe(START + 3000)
  expect(container.querySelector('.tip')?.textContent).toContain('1\u202fs ago')
  expect(container.querySelector('.tip .row')?.textContent).toBe('all—')
  await userEvent.keyboard('{Escape}')
  expect(crosshair.get()).toBeNull()
})

test('the same figures as a table, which stands still', () => {
  render(<Chart title="CPU use" series={SERIES} seconds={60} maximum={100} format={percent} />)
  act(() => receiveStats(sample(10, 31)))
  act(() => screen.getByRole('button', { name: 'Show CPU use as a table' }).click())
  expect(screen.queryByRole('img')).toBeNull()
  const texts = () => screen.getAllByRole('cell').map((cell) => cell.textContent)
  const before = texts()
  expect(before[0]).toBe('31\u202f%')
  act(() => receiveStats(sample(11, 99)))
  expect(texts()).toEqual(before)
  act(() => screen.getByRole('button', { name: 'Show CPU use as a chart' }).click())
  expect(screen.getByRole('img')).toBeTruthy()
})

test('a gap is hatched and says why; the line does not cross it', async () => {
  const chart = (
    <div style={{ width: 600, height: 300, display: 'grid' }}>
      <Chart title="CPU use" series={SERIES} seconds={60} maximum={100} format={percent} />
    </div>
  )
  const { container } = render(chart)
  act(() => {
    for (let second = 200; second <= 230; second += 1) receiveStats(sample(second, 20))
    receiveStats(sample(250, 20))
  })
  expect(gapsIn(START + 231_000, START + 250_000)).toEqual([
    { fromMs: START + 230_000, untilMs: START + 250_000, reason: 'silent' },
  ])
  // Far above the line there is nothing but the hatching.
  const isPainted = (second: number) => {
    const canvas = container.querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (canvas == null || context == null) return null
    const x = Math.round(((second - 190) / 60) * canvas.width)
    const { data } = context.getImageData(x, 4, 12, 30)
    return data.some((value, index) => index % 4 === 3 && value > 0)
  }
  await expect.poll(() => isPainted(240)).toBe(true)
  expect(isPainted(215)).toBe(false)
})

test('a sample with nothing known on either side is a dot, not nothing', async () => {
  const chart = (
    <div style={{ width: 600, height: 300, display: 'grid' }}>
      <Chart title="CPU use" series={SERIES} seconds={60} maximum={100} format={percent} />
    </div>
  )
  const { container } = render(chart)
  act(() => {
    for (let second = 1360; second <= 1430; second += 1) {
      receiveStats(sample(second, second === 1401 || second === 1430 ? 50 : null))
    }
  })
  const paintedAt = (second: number, percentUp: number) => {
    const canvas = container.querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (canvas == null || context == null) return null
    const x = Math.round(((second - 1370) / 60) * canvas.width)
    const y = Math.round((1 - percentUp / 100) * canvas.height)
    const { data } = context.getImageData(x - 4, y - 4, 8, 8)
    return data.some((value, index) => index % 4 === 3 && value > 200)
  }
  await expect.poll(() => paintedAt(1430, 50)).toBe(true)
  expect(paintedAt(1401, 50)).toBe(true)
  expect(paintedAt(1398, 50)).toBe(false)
})

test('a dot leaves the other fills as light as they are', async () => {
  const chart = (
    <div style={{ width: 600, height: 300, display: 'grid' }}>
      <Chart title="CPU use" series={SERIES} seconds={60} maximum={100} format={percent} />
    </div>
  )
  const { container } = render(chart)
  const fillAt = () => {
    const canvas = container.querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (canvas == null || context == null) return null
    return context.getImageData(canvas.width * 0.5, canvas.height * 0.75, 1, 1).data[3] ?? null
  }
  let second = 2000
  act(() => {
    while (second < 2060) receiveStats(sample((second += 1), 50))
  })
  await expect.poll(fillAt).toBeGreaterThan(0)
  const before = fillAt()
  act(() => {
    for (const cpu of [null, 50, null, 50]) receiveStats(sample((second += 1), cpu))
  })
  for (let frame = 0; frame < 3; frame += 1) {
    await drawn()
    act(() => receiveStats(sample((second += 1), 50)))
  }
  expect(fillAt()).toBe(before)
})

test('the unit stands once, at the top of the axis', () => {
  const { container } = render(
    <Chart title="CPU use" series={SERIES} seconds={600} maximum={100} format={percent} />,
  )
  expect([...container.querySelectorAll('.y span')].map((label) => label.textContent)).toEqual([
    '100\u202f%',
    '75',
    '50',
    '25',
    '0',
  ])
  expect([...container.querySelectorAll('.x span')].map((label) => label.textContent)).toEqual([
    '10 min',
    '8',
    '6',
    '4',
    '2',
    'now',
  ])
})
