import type { Accounting } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { NO_SELECTION } from '../../components/grid/selection.ts'
import { processSelection } from './selection.ts'
import { shortLivedLine } from './short-lived.ts'

const accounting = (change: Partial<Accounting>) =>
  ({ ended_percent: 0.9, ended_count: 27, ended: [], ...change }) as Accounting

const ended = (change: Partial<Accounting['ended'][number]>) => ({
  parent_pid: 10,
  parent_name: 'make',
  name: null,
  count: null,
  cpu_percent: 1,
  ...change,
})
const hintOf = (change: Partial<Accounting>) => shortLivedLine(accounting(change))?.row.cmdline

test('what came and went is a line with its CPU, and what most of it was', () => {
  const list = [
    ended({ name: 'cc1', count: 3, cpu_percent: 5 }),
    ended({ parent_pid: 11, name: 'git', count: 24 }),
  ]
  const line = shortLivedLine(accounting({ ended: list }))
  expect(line?.figures).toMatchObject({ cpu: 0.9, memory: null })
  expect(line?.row.cmdline).toBe('27 since the last sample, mostly git')
  expect(hintOf({ ended_count: 0 })).toBe('none since the last sample')
})

test('where nobody saw them, under whom they were', () => {
  const list = [ended({}), ended({ parent_pid: 11, parent_name: 'sh' })]
  expect(hintOf({ ended_count: 1200, ended: list })).toBe(
    '1,200 since the last sample, mostly under make',
  )
  const unknown = [ended({ parent_pid: 0, parent_name: '' })]
  expect(hintOf({ ended_count: 2, ended: unknown })).toBe('2 since the last sample')
  expect(hintOf({ ended_count: null })).toBe('ended between two samples')
})

test('before it is known there is no line, not a zero', () => {
  expect(shortLivedLine(null)).toBeNull()
  expect(shortLivedLine(accounting({ ended_percent: null }))).toBeNull()
})

test('nothing can be done to it', () => {
  const line = shortLivedLine(accounting({}))
  if (line === null) throw new Error('there is a line')
  expect(processSelection.choose(line).chosen.size).toBe(0)
  expect(processSelection.chooseAll(NO_SELECTION, [line]).chosen.size).toBe(0)
})
