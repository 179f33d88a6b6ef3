import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { wholeApps } from './whole-apps.ts'

const row = (pid: number, app_id: string) => ({ pid, start_id: 's', app_id }) as ProcessRow
const app = (id: string, ...pids: number[]) => ({ id, name: id, pids }) as unknown as AppRow
const rows = [row(1, 'firefox'), row(2, 'firefox'), row(3, 'code')]
const live = {
  rows: new Map(rows.map((one) => [one.pid, one])),
  apps: new Map([app('firefox', 1, 2), app('code', 3)].map((one) => [one.id, one])),
}
const named = (...pids: number[]) => {
  const targets = pids.map((pid) => ({ pid, start_id: 's', name: 'x', user: null }))
  return wholeApps(targets, live).map(({ name }) => name)
}

test('every process of an app is the app; a part of it is not', () => {
  expect(named(2, 1)).toEqual(['firefox'])
  expect(named(1, 2, 3)).toEqual(['firefox', 'code'])
  expect(named(1)).toEqual([])
  expect(named(1, 3)).toEqual([])
})

test('what has ended or has a newcomer in its place belongs to no app', () => {
  expect(named(1, 2, 9)).toEqual([])
  expect(wholeApps([{ pid: 3, start_id: 'other', name: 'x', user: null }], live)).toEqual([])
})
