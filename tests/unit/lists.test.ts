import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeProcessTable, type FakeProcess } from '@taskmanager/testkit'
import type { ProcessListBody } from '@taskmanager/contracts'
import { Lists, type SampleFacts } from '../../services/accuracy/src/lists.ts'

const OWN_COST = { cpu_percent: null, memory_bytes: null, sweep_cpu_ms: null, sweep_wall_ms: null }
const NO_DESKTOP = { byId: new Map(), byProgram: new Map() }

const process = fc.record({
  pid: fc.integer({ min: 2, max: 9 }),
  name: fc.constantFrom('firefox', 'bash'),
  cpuMs: fc.constantFrom(0, 5, 400),
  rssBytes: fc.constantFrom(1024, 4096),
  facts: fc.record({ startId: fc.constantFrom('a', 'b'), uid: fc.constantFrom(0, 1000) }),
})
/** Few changes a tick, as on a real machine: most processes stay what they are for some ticks. */
const edit = fc.record({ remove: fc.boolean(), process })
const edits = fc.array(fc.array(edit, { maxLength: 2 }), { minLength: 3, maxLength: 12 })

function edited(list: readonly FakeProcess[], changes: readonly Edit[]): FakeProcess[] {
  const byPid = new Map(list.map((each) => [each.pid, each]))
  for (const change of changes) {
    if (change.remove) byPid.delete(change.process.pid)
    else byPid.set(change.process.pid, change.process)
  }
  return [...byPid.values()]
}

interface Edit {
  remove: boolean
  process: FakeProcess
}

/** What the engine promises of `touched`: 1 where a row may differ from the sweep before, also one sweep later. */
function differing(now: FakeProcess, history: readonly (readonly FakeProcess[])[]): 0 | 1 {
  const text = JSON.stringify(now)
  const before = [history.at(-1), history.at(-2)].map((list) =>
    JSON.stringify(list?.find(({ pid }) => pid === now.pid)),
  )
  return before.every((each) => each === text) ? 0 : 1
}

/** As it is sent: rows that did not change are not written anew, and must be what they were. */
const answerOf = (lists: Lists, facts: SampleFacts): ProcessListBody =>
  JSON.parse(lists.processListJson(facts)) as ProcessListBody

test('presenting only what was touched gives the lists that presenting everything gives', () => {
  fc.assert(
    fc.property(edits, (all) => {
      const [whole, spared] = [fakeProcessTable(), fakeProcessTable()]
      const sparedLists = new Lists(NO_DESKTOP)
      const history: FakeProcess[][] = []
      for (const changes of all) {
        const processes = edited(history.at(-1) ?? [], changes)
        const wholeLists = new Lists(NO_DESKTOP) // remembers nothing, so it cannot take anything over
        for (const [provider, lists] of [
          [whole, wholeLists],
          [spared, sparedLists],
        ] as const) {
          provider.processes = processes
          provider.clock.advance(1000)
          const table = provider.sweep()
          if (provider === spared) {
            for (const slot of table.slots) {
              const now = processes.find(({ pid }) => pid === table.columns.pid[slot])
              if (now !== undefined) table.columns.touched[slot] = differing(now, history)
            }
          }
          lists.update(table, provider.capabilities, OWN_COST)
        }
        history.push(processes)
        const [expected, actual] = [wholeLists, sparedLists].map((lists) => {
          const { facts } = lists
          if (facts === null) throw new Error('no sample')
          const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
          expect(answerOf(lists, facts)).toEqual({
            processes: [...lists.processes.values()],
            ...facts,
          })
          return {
            processes: answerOf(lists, facts).processes.toSorted((a, b) => a.pid - b.pid),
            apps: lists.appList(facts).apps.toSorted(byId),
            totals: facts.totals,
          }
        })
        expect(actual).toEqual(expected)
      }
    }),
    { numRuns: 500 },
  )
})

test('a name of a container that comes later is in its rows and in its app, though nothing of them has changed', () => {
  const names = new Map<string, string>()
  const containers = { version: 0, nameOf: (id: string) => names.get(id) ?? null }
  const provider = fakeProcessTable([
    { pid: 2, facts: { container: '3f2a9b7c4d5e', unit: 'docker-3f2a.scope' } },
    { pid: 3, facts: { container: null, unit: 'cron.service' } },
  ])
  const lists = new Lists(NO_DESKTOP, containers)
  const sweep = (isQuiet = false) => {
    const table = provider.sweep()
    if (isQuiet) table.columns.touched.fill(0)
    lists.update(table, provider.capabilities, OWN_COST)
  }
  const told = () => [
    [...lists.processes.values()].map(({ unit }) => unit),
    [...lists.apps.values()].map(({ name }) => name),
  ]
  sweep()
  sweep()
  const before = lists.processes.get(3)
  expect(told()).toEqual([
    ['3f2a9b7c4d5e', 'cron.service'],
    ['3f2a9b7c4d5e', 'cron'],
  ])
  names.set('3f2a9b7c4d5e', 'web')
  containers.version++
  sweep(true)
  expect(told()).toEqual([
    ['web', 'cron.service'],
    ['web', 'cron'],
  ])
  expect(lists.processes.get(3)).toBe(before)
})

test('what only its user may know is unknown for want of rights, in the process and in its app', () => {
  const facts = { name: 'sshd', exe: '/usr/sbin/sshd' }
  const provider = fakeProcessTable([{ pid: 7, cpuMs: 5, isPrivate: true, facts }])
  const lists = new Lists(NO_DESKTOP)
  for (let i = 0; i < 2; i++) {
    provider.clock.advance(1000)
    lists.update(provider.sweep(), provider.capabilities, OWN_COST)
  }
  const unknown = {
    cpu_percent: 'not_permitted',
    cpu_percent_of_core: 'not_permitted',
    memory: 'not_permitted',
    num_threads: 'not_permitted',
  }
  const figures = { cpu_percent: null, memory: null, num_threads: null }
  expect([...lists.processes.values()]).toMatchObject([
    {
      ...figures,
      cpu_time_ms: null,
      vms_bytes: null,
      unknown: { ...unknown, cpu_time_ms: 'not_permitted' },
    },
  ])
  const app = lists.facts === null ? undefined : lists.appList(lists.facts).apps[0]
  expect(app).toMatchObject({ ...figures, unknown })
  expect(lists.facts?.totals).toMatchObject({ cpu_percent: null, memory: null, process_count: 1 })
})

test('a long command line is cut between characters, never within one', () => {
  const args = [`${'x'.repeat(1023)}\u{1f600}`]
  const lists = new Lists(NO_DESKTOP)
  const provider = fakeProcessTable([{ pid: 7, facts: { args } }])
  lists.update(provider.sweep(), provider.capabilities, OWN_COST)
  expect(lists.processes.get(7)?.cmdline).toBe('x'.repeat(1023))
})
