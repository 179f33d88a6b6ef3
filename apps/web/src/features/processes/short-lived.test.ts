import type { Accounting } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { choose, chooseAll, NO_SELECTION } from './selection.ts'
import { shortLivedLine } from './short-lived.ts'

const accounting = (change: Partial<Accounting>) =>
  ({ ended_percent: 0.9, ended_count: 27, ended: [], ...change }) as Accounting

test('what came and went is a line with its CPU and whose it was', () => {
  const make = { parent_pid: 5, parent_name: 'make', count: 20, cpu_percent: 0.7 }
  const line = shortLivedLine(accounting({ ended: [make] }))
  expect(line?.figures).toMatchObject({ cpu: 0.9, memory: null })
  expect(line?.row.cmdline).toBe('27 since the last sample, mostly under make')
  expect(shortLivedLine(accounting({ ended_count: 0 }))?.row.cmdline).toBe(
    'none since the last sample',
  )
})

test('before it is known there is no line, not a zero', () => {
  expect(shortLivedLine(null)).toBeNull()
  expect(shortLivedLine(accounting({ ended_percent: null }))).toBeNull()
})

test('nothing can be done to it', () => {
  const line = shortLivedLine(accounting({}))
  if (line === null) throw new Error('there is a line')
  expect(choose(line).chosen.size).toBe(0)
  expect(chooseAll(NO_SELECTION, [line]).chosen.size).toBe(0)
})
