import type { AppListBody, ProcessListBody } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { newestProcesses, receiveLists } from './live-processes.ts'

const lists = (second: number, ...names: readonly string[]) =>
  [
    { sampled_at_ms: 1000 * second, interval_ms: 1000, processes: [] },
    { apps: names.map((name) => ({ id: name, name })) },
  ] as unknown as [ProcessListBody, AppListBody]
const ended = () =>
  newestProcesses.get().endedApps.map(({ app, endedAtMs }) => [app.name, endedAtMs])

test('an app that ended is known, as it was last, for ten seconds', async () => {
  await receiveLists(...lists(1, 'vim', 'make'))
  expect(ended()).toEqual([])
  await receiveLists(...lists(2, 'vim', 'git'))
  await receiveLists(...lists(5, 'git'))
  expect(ended()).toEqual([
    ['make', 2000],
    ['vim', 5000],
  ])
  await receiveLists(lists(12, 'git')[0], null)
  expect(ended()).toEqual([['vim', 5000]])
})
