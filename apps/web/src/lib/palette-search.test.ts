import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  figuresOfHit,
  findOnPort,
  findRunning,
  markWords,
  parsePaletteQuery,
} from './palette-search.ts'
import type { PortIndex } from './port-index.ts'

const process = (pid: number, name: string, change: Partial<ProcessRow> = {}): ProcessRow =>
  ({
    pid,
    start_id: '7',
    name,
    app_id: name,
    cmdline: null,
    user: 'anna',
    unit: null,
    cpu_percent: 0,
    memory: 0,
    ...change,
  }) as unknown as ProcessRow

const app = (name: string, change: Partial<AppRow> = {}): AppRow =>
  ({ id: name, name, unit: null, cpu_percent: 0, memory: 0, ...change }) as unknown as AppRow

const running = (apps: readonly AppRow[], rows: readonly ProcessRow[]) => ({
  apps: new Map(apps.map((one) => [one.id, one])),
  rows: new Map(rows.map((row) => [row.pid, row])),
})

const names = (text: string, from: ReturnType<typeof running>) =>
  findRunning(parsePaletteQuery(text), from, 20).map(
    (hit) => `${hit.kind} ${figuresOfHit(hit).name}`,
  )

describe('what runs now', () => {
  test('the start of a name comes before its middle, and that before the command line', () => {
    const from = running(
      [app('bonfire'), app('firefox'), app('gnome-firewall'), app('python3')],
      [process(9, 'python3', { cmdline: 'python3 fire.py' })],
    )
    expect(names('fire', from)).toEqual([
      'app firefox',
      'app gnome-firewall',
      'app bonfire',
      'process python3',
    ])
  })

  test('with equal fit the one that uses more comes first; unknown is not more', () => {
    const from = running(
      [
        app('fire-a', { cpu_percent: 1 }),
        app('fire-b', { cpu_percent: 3 }),
        app('fire-c', { cpu_percent: null }),
      ],
      [],
    )
    expect(names('fire', from)).toEqual(['app fire-b', 'app fire-a', 'app fire-c'])
  })

  test('an app stands for its processes, unless one of them fits better', () => {
    const from = running(
      [app('firefox')],
      [
        process(4711, 'firefox'),
        process(5120, 'Isolated Web Content', { app_id: 'firefox', cmdline: '/usr/lib/firefox' }),
        process(5288, 'WebExtensions', { app_id: 'firefox' }),
      ],
    )
    expect(names('firefox', from)).toEqual(['app firefox'])
    expect(names('webext', from)).toEqual(['process WebExtensions'])
  })

  test('digits are a PID first: the whole one, then those that begin so', () => {
    const from = running(
      [app('47-tool')],
      [process(4711, 'later'), process(47, 'exact'), process(147, 'not')],
    )
    expect(names('47', from)).toEqual(['process exact', 'process later', 'app 47-tool'])
  })

  test('all words must be found, case and accents do not matter', () => {
    const from = running(
      [app('Café Éditor')],
      [process(1, 'nginx', { user: 'www', cmdline: 'nginx: worker' })],
    )
    expect(names('EDITOR cafe', from)).toEqual(['app Café Éditor'])
    expect(names('nginx www', from)).toEqual(['process nginx'])
    expect(names('nginx anna', from)).toEqual([])
  })

  test('nothing typed: the busiest apps', () => {
    const from = running(
      [app('idle'), app('busy', { cpu_percent: 40 })],
      [process(1, 'busy'), process(2, 'idle')],
    )
    expect(names('', from)).toEqual(['app busy', 'app idle'])
  })

  test('any text is answered, with no more than was asked for and the best first', () => {
    const rows = fc.array(
      fc.record({
        pid: fc.nat(99_999),
        name: fc.string({ unit: 'grapheme', maxLength: 20 }),
        cmdline: fc.option(fc.string({ maxLength: 40 })),
        cpu_percent: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
      }),
      { maxLength: 30 },
    )
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('>', '(', '[a', '\\', '0'),
    )
    fc.assert(
      fc.property(text, rows, (typed, made) => {
        const all = made.map(({ pid, name, ...rest }) => process(pid, name, rest))
        const query = parsePaletteQuery(typed)
        const hits = findRunning(query, running([], all), 5)
        expect(hits.length).toBeLessThanOrEqual(5)
        expect(hits.map((hit) => hit.fit)).toEqual(
          hits.map((hit) => hit.fit).toSorted((a, b) => b - a),
        )
        for (const hit of hits) {
          const { name } = figuresOfHit(hit)
          expect(
            markWords(name, query.words)
              .map((part) => part.text)
              .join(''),
          ).toBe(name)
        }
      }),
    )
  })
})

test('a greater-than sign asks for commands only', () => {
  expect(parsePaletteQuery(' > Pause ')).toEqual({
    commandsOnly: true,
    words: ['pause'],
    pid: null,
    port: null,
    asked: null,
  })
  expect(parsePaletteQuery('> 47').pid).toBeNull()
})

test('a port is asked for in several ways', () => {
  for (const text of [':5432', 'port 5432', 'Port: 5432', 'port:5432']) {
    expect(parsePaletteQuery(text).port).toBe(5432)
  }
  expect(parsePaletteQuery('port').port).toBeNull()
  expect(parsePaletteQuery('> port 5432').port).toBeNull()
})

test('a verb before a name asks for what it says', () => {
  expect(parsePaletteQuery('Kill fire fox').asked).toEqual({
    action: 'end',
    words: ['fire', 'fox'],
  })
  expect(parsePaletteQuery('force firefox').asked?.action).toBe('force-end')
  expect(parsePaletteQuery('kill').asked).toBeNull()
  expect(parsePaletteQuery('> kill firefox').asked).toBeNull()
})

test('a colon and digits ask for a port: the listener first, then who is connected', () => {
  expect(parsePaletteQuery(':5432').port).toBe(5432)
  expect([':', ':x', ':1 2', '> :80', 'a:80'].map((text) => parsePaletteQuery(text).port)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ])
  const { rows } = running([], [process(7, 'client'), process(8, 'postgres'), process(9, 'other')])
  const index: PortIndex = {
    hidden: new Map(),
    byProcess: new Map([
      ['7.7', { listens: new Set<number>(), connected: new Map([[5432, null]]) }],
      ['8.7', { listens: new Set([5432]), connected: new Map() }],
      // Of a process that had this pid before.
      ['9.6', { listens: new Set([5432]), connected: new Map() }],
    ]),
  }
  const hits = findOnPort(5432, rows, index)
  expect(hits.map((hit) => figuresOfHit(hit).name)).toEqual(['postgres', 'client'])
  expect(hits.map((hit) => hit.kind === 'process' && hit.hint)).toEqual([
    'listens on :5432',
    'connected to :5432',
  ])
  expect(findOnPort(80, rows, index)).toEqual([])
})

test('what was found is marked', () => {
  expect(markWords('firefox', ['fire'])).toEqual([
    { text: 'fire', isMarked: true },
    { text: 'fox', isMarked: false },
  ])
  expect(markWords('End firefox…', ['fox', 'end'])).toEqual([
    { text: 'End', isMarked: true },
    { text: ' fire', isMarked: false },
    { text: 'fox', isMarked: true },
    { text: '…', isMarked: false },
  ])
})
