import type { Accounting } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { shortLived } from './short-lived.ts'

const ended = (change: Partial<Accounting['ended'][number]>) => ({
  parent_pid: 10,
  parent_name: 'make',
  name: null,
  count: null,
  cpu_percent: 1,
  ...change,
})
const accounting = (change: Partial<Accounting>): Accounting => ({
  busy_percent: 50,
  listed_percent: 40,
  kernel_percent: 1,
  ended_percent: 6,
  irq_percent: 0,
  steal_percent: 0,
  unattributed_percent: 4,
  ended_count: 0,
  ended: [],
  ...change,
})

test('how many came and went, and what most of them were', () => {
  const list = [
    ended({ name: 'cc1', count: 3, cpu_percent: 5 }),
    ended({ parent_pid: 11, name: 'git', count: 24, cpu_percent: 1 }),
  ]
  expect(shortLived(accounting({ ended_count: 27, ended: list }), 1002)).toEqual({
    text: '27 in the last second, mostly git',
    cpuPercent: 6,
  })
})

test('where nobody saw them, under whom they were', () => {
  const list = [ended({}), ended({ parent_pid: 11, parent_name: 'sh' })]
  expect(shortLived(accounting({ ended_count: 1200, ended: list }), 5003)?.text).toBe(
    '1,200 in the last 5 s, mostly under make',
  )
  const unknown = [ended({ parent_pid: 0, parent_name: '' })]
  expect(shortLived(accounting({ ended_count: 2, ended: unknown }), 500)?.text).toBe(
    '2 in the last second',
  )
})

test('nothing where nothing ended, and before the second sample', () => {
  expect(shortLived(accounting({}), 1000)).toBeNull()
  expect(shortLived(accounting({ ended_count: null }), 1000)).toBeNull()
  expect(shortLived(accounting({ ended_count: 3 }), null)).toBeNull()
  expect(shortLived(null, 1000)).toBeNull()
})
