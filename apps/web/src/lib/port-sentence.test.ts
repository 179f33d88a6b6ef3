import type { ProcessRow } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { parseFilter, type Filter } from './filter.ts'
import type { PortIndex, ProcessPorts } from './port-index.ts'
import { portSentence } from './port-sentence.ts'

const listens = (...ports: number[]): ProcessPorts => ({
  listens: new Set(ports),
  connected: new Map(),
})
const index: PortIndex = {
  byProcess: new Map([
    ['1.s', listens(22, 2222)],
    ['2.s', listens(80)],
    ['3.s', listens(80)],
    ['9.s', listens(9)],
  ]),
  hidden: new Map([[443, 'root']]),
}
const row = (pid: number, name: string, user: string, cpu_percent: number) =>
  ({ pid, start_id: 's', name, user, cmdline: null, unit: null, cpu_percent }) as ProcessRow
const rows = [row(1, 'sshd', 'root', 0), row(2, 'nginx', 'www', 5), row(3, 'nginx', 'root', 0)]

const says = (query: string, about: Partial<Parameters<typeof portSentence>[0]> = {}) =>
  portSentence({
    filter: parseFilter(query),
    index,
    error: null,
    parties: rows.map((one) => ({
      name: one.name,
      meets: (filter: Filter) =>
        filter.matches(one, { nowMs: 0, cpuScale: 'machine', ports: index }),
    })),
    noun: 'process',
    ...about,
  })

test.each([
  [':1', 'Nothing uses :1.'],
  [':22 :1 user:root', 'Nothing uses :1.'],
  [':1 :2', 'Nothing uses :1 and :2.'],
  [':443', ':443 is held by a process of root that this service may not look into.'],
  [':22 user:anna', 'sshd uses :22, but user:anna leaves it out.'],
  [':22 user:root cpu>1', 'sshd uses :22, but cpu>1 leaves it out.'],
  [':22 user:anna fire', 'sshd uses :22, but user:anna and fire leave it out.'],
  [':22 -sshd cpu>x', 'sshd uses :22, but -sshd leaves it out.'],
  [':80 user:anna', 'nginx uses :80, but user:anna leaves them out.'],
  [':80 user:root cpu>1', 'nginx uses :80, but user:root and cpu>1 leave them out.'],
  [':22 :80', 'No process uses both :22 and :80.'],
  [':22 :2222 :80', 'No process uses all of :22, :2222 and :80.'],
  [':22 :2222 user:anna', 'sshd uses :22 and :2222, but user:anna leaves it out.'],
  [':9', 'What uses :9 is not in the list; it may have just started or ended.'],
])('%s: %s', (query, sentence) => expect(says(query)).toBe(sentence))

test('what is not known is not nothing', () => {
  expect(says(':22', { index: null })).toBe('Looking who uses :22…')
  expect(says(':22', { index: null, error: 'No answer.' })).toBe(
    'It is not known who uses :22. No answer.',
  )
})
