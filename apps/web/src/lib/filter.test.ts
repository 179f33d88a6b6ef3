import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GpuUses } from './gpu-use.ts'
import type { NetworkUses } from './network-use.ts'
import { indexPorts, type PortIndex } from './port-index.ts'
import type { FilterContext } from './filter-fields.ts'
import { nearestName, parseFilter, splitTokens } from './filter.ts'

const context: FilterContext = { nowMs: 1_000_000, cpuScale: 'machine' }

const row = (change: Partial<ProcessRow> = {}): ProcessRow =>
  ({
    pid: 4711,
    ppid: 812,
    start_id: 'a',
    name: 'firefox',
    cmdline: '/usr/lib/firefox --tab Café',
    user: 'anna',
    unit: 'app-firefox.scope',
    status: 'sleeping',
    kind: 'app',
    cpu_percent: 2.5,
    cpu_percent_of_core: 40,
    memory: 2 * 1024 ** 3,
    read_bytes_per_second: 1500,
    write_bytes_per_second: null,
    num_threads: 42,
    started_at_ms: 940_000,
    unknown: {},
    ...change,
  }) as ProcessRow

const finds = (query: string, change?: Partial<ProcessRow>, more: Partial<FilterContext> = {}) =>
  parseFilter(query).matches(row(change), { ...context, ...more })

test('a container by its name or its id, and only a container', () => {
  const web = { kind: 'container', unit: 'web', app_id: 'container:3f2a9b7c4d5e' } as const
  for (const query of ['container:web', 'container:"3f2a9b7c4d5e"', 'unit:web', 'web']) {
    expect(finds(query, web)).toBe(true)
  }
  expect(finds('container:db', web)).toBe(false)
  expect(finds('container:app')).toBe(false)
})

describe('what matches', () => {
  test.each([
    '',
    'fire',
    'FIREFOX',
    'cafe',
    'anna fire',
    '"--tab café"',
    'app-firefox',
    '4711',
    '47',
    'chrome|fire',
    '-chrome',
    '/^fire/',
    'user:anna',
    'USER:Anna',
    'name:fire',
    'pid:4711',
    'pid=4711',
    'parent:812',
    'cpu>1',
    'cpu>=2.5',
    'cpu<=2.5',
    'mem>1g',
    'mem<=2048m',
    'mem=2g',
    'read>1k',
    'threads<50',
    'age<10min',
    'age>=60s',
    'state:sleeping',
    'kind:app',
    '-user:root',
    'unit:firefox cmd:tab',
    '/usr/lib/firefox',
    'cmd:/usr/lib/firefox',
    '/usr/',
    '/Café/',
    '/caf[é]/',
    'cmd:/café$/',
    '/tab caf/',
    '/\\-\\-tab/',
    '/a\\-b|fire/',
    'age<10m',
    'age<1h',
    'age<1d',
    'age>=1m',
    'age=60',
    'read>1k',
    'read<1m',
    'state:sleeping|zombie',
  ])('%s', (query) => {
    expect(parseFilter(query).tokens.filter(({ error }) => error !== null)).toEqual([])
    expect(finds(query)).toBe(true)
  })

  test.each([
    'chrome',
    'anna chrome',
    '-fire',
    '/^fox/',
    'user:root',
    'cpu>2.5',
    'mem>2g',
    'read>1.5k',
    'age<1min',
    'age<1m',
    'age>1h',
    '/usr/local',
    '/lib/fire/',
    '/cafes/',
    'state:suspended|zombie',
    'state:zombie',
    '-user:anna',
    'pid:471',
  ])('not %s', (query) => expect(finds(query)).toBe(false))

  test('what is unknown matches no comparison', () => {
    expect(finds('write>=0')).toBe(false)
    expect(finds('write<1')).toBe(false)
    expect(finds('cpu<1', { cpu_percent: null })).toBe(false)
    expect(finds('user:a', { user: null })).toBe(false)
  })

  test('CPU is compared in the scale the table shows', () => {
    expect(finds('cpu>30')).toBe(false)
    expect(finds('cpu>30', {}, { cpuScale: 'core' })).toBe(true)
  })

  test('states have everyday words', () => {
    expect(finds('state:suspended', { status: 'stopped' })).toBe(true)
    expect(finds('state:stuck', { status: 'disk-sleep' })).toBe(true)
    expect(finds('state:disk-sleep|zombie', { status: 'zombie' })).toBe(true)
    for (const status of ['stopped', 'tracing-stop', 'zombie'] as const) {
      expect(finds('state:suspended|zombie', { status })).toBe(true)
      expect(finds('state:zombie|Suspended', { status })).toBe(true)
      expect(finds('-state:suspended|zombie', { status })).toBe(false)
    }
    expect(finds('state:constructor')).toBe(false)
  })
})

describe('what does not parse is ignored and says why', () => {
  test.each([
    ['cpu>x', 'is not a number'],
    ['user>3', 'is a word'],
    ['colour:red', 'There is no field "colour"'],
    ['cpu:', 'Type a value after cpu:'],
    ['/(/', 'not a valid pattern'],
    ['/(a+)+b/', 'could take for ever'],
    ['/((a+))+b/', 'could take for ever'],
    ['/((a+)b?)+c/', 'could take for ever'],
    ['/(aa?)+b/', 'could take for ever'],
    ['/(a|aa){9}b/', 'could take for ever'],
    ['/(?<x>a)\\k<x>/', 'could take for ever'],
    ['age<10g', '"10g" is not a time. Examples: age<90s, age<10m, age>2h, age>3d.'],
    ['mem>10min', '"10min" is not a size. Examples: mem>500m, mem>1g.'],
    ['read>2h', '"2h" is not a rate. Examples: read>100k, read>2m.'],
    ['net>2h', '"2h" is not a rate. Examples: net>100k, net>2m.'],
    ['cpu>1m', '"1m" is not a number. Example: cpu>1.'],
    ['threads>1k', '"1k" is not a number. Example: threads>1.'],
    ['|', 'on one side of the bar'],
  ])('%s', (query, why) => {
    const filter = parseFilter(query)
    expect(filter.tokens[0]?.error).toContain(why)
    expect(filter.isEmpty).toBe(true)
    expect(filter.matches(row(), context)).toBe(true)
  })

  test('the tokens beside it still count', () => {
    expect(finds('cpu>x chrome')).toBe(false)
    expect(finds('cpu>x fire')).toBe(true)
  })
})

test('tokens keep quotes and patterns together and know where they start', () => {
  expect(splitTokens(' user:"a b"  /x y/ -"c d" e')).toEqual([
    { text: 'user:"a b"', start: 1 },
    { text: '/x y/', start: 13 },
    { text: '-"c d"', start: 19 },
    { text: 'e', start: 26 },
  ])
})

test('a pattern ends with a slash and a space or the end, so that paths can be typed', () => {
  const texts = (query: string) => splitTokens(query).map(({ text }) => text)
  expect(texts('/usr/bin/python')).toEqual(['/usr/bin/python'])
  expect(texts('/usr/bin /var/lib')).toEqual(['/usr/bin', '/var/lib'])
  expect(texts('-/usr/bin/ x')).toEqual(['-/usr/bin/', 'x'])
  expect(texts('/a b/ -/c d/')).toEqual(['/a b/', '-/c d/'])
  expect(texts('/a\\/b c/')).toEqual(['/a\\/b c/'])
})

test('every field that is named where one is wrong can be asked for', () => {
  const error = parseFilter('colour:red').tokens[0]?.error ?? ''
  const fields = /Fields: (.+)\.$/.exec(error)?.[1]?.split(', ') ?? []
  expect(fields).toContain('age')
  for (const field of fields) expect(parseFilter(`${field}:1`).tokens[0]?.error).toBeNull()
})

test('no text makes it throw', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'ab:"/-|<>=().*+{}[]\\ 1gmcpu'.split('')) })
  fc.assert(
    fc.property(fc.oneof(fc.string(), letters), (query) => {
      const filter = parseFilter(query)
      expect(typeof filter.matches(row(), context)).toBe('boolean')
      for (const { text, start } of filter.tokens) {
        expect(query.slice(start, start + text.length)).toBe(text)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a mistyped name finds its neighbour, a strange one none', () => {
  const names = ['postgres', 'firefox', 'bash']
  expect(nearestName('postgrse', names)).toBe('postgres')
  expect(nearestName('FireFix', names)).toBe('firefox')
  expect(nearestName('kubernetes', names)).toBeNull()
})

describe('ports and cards', () => {
  const ports = indexPorts({
    sockets: [
      {
        protocol: 'tcp',
        role: 'listens',
        local_address: '0.0.0.0',
        local_port: 8000,
        remote_address: null,
        remote_port: null,
        user: 'anna',
        owners: [{ pid: 4711, start_id: 'a', name: 'firefox' }],
        unknown: {},
      },
    ],
    socket_count: 1,
    complete: true,
    sampled_at_ms: 0,
  })
  const gpu = { byPid: new Map([[4711, { percent: null, memory: 5 }]]), isPartial: false }

  test.each([':8000', 'port:8000', 'port=8000', 'port>0', 'port<8001', '-:22', 'gpu>=0'])(
    '%s finds it',
    (query) => {
      expect(finds(query, {}, { ports, gpu })).toBe(true)
    },
  )
  test.each([':22', 'port>8000', '-:8000', 'gpu>0'])('%s does not', (query) => {
    expect(finds(query, {}, { ports, gpu })).toBe(false)
  })
  test('a reused pid holds no port of its predecessor; unknown ports match nothing', () => {
    expect(finds(':8000', { start_id: 'b' }, { ports })).toBe(false)
    expect(finds(':8000')).toBe(false)
    expect(finds('gpu>=0')).toBe(false)
  })
  test('net is in bits a second, both ways; what is not known matches nothing', () => {
    const network: NetworkUses = {
      byPid: new Map([
        [row().pid, { startId: row().start_id, recv: 100_000, sent: 50_000, inside: 9e9 }],
      ]),
      apart: new Map(),
      isPartial: true,
      interfaces: null,
      unheld: 0,
      rest: null,
    }
    expect(finds('net>1.1m', {}, { network })).toBe(true)
    expect(finds('net>1.2m', {}, { network })).toBe(false)
    expect(finds('net=0', { pid: 9 }, { network })).toBe(true)
    const unknown = { read_bytes_per_second: 'not_permitted' } as const
    expect(finds('net=0', { pid: 9, unknown }, { network })).toBe(false)
    expect(finds('net=0')).toBe(false)
  })
  test('the ports asked for are told, those shut out are not', () => {
    expect(parseFilter(':8000 firefox port:22 -:443 port>1024').ports).toEqual([8000, 22])
  })
  test.each([
    [':', /Type a port/],
    [':99999', /is not a port/],
    ['port:http', /is not a port/],
  ])('%s says why not', (query, why) => {
    expect(parseFilter(query).tokens[0]?.error).toMatch(why)
    expect(parseFilter(query).isEmpty).toBe(true)
  })
})

describe('an app', () => {
  const rows = new Map(
    [
      row({ pid: 10, name: 'firefox', cpu_percent: 2, memory: 100, num_threads: 5 }),
      row({ pid: 11, name: 'Web Content', cmdline: null, user: 'root', status: 'stopped' }),
    ].map((one) => [one.pid, one]),
  )
  const browser = {
    id: 'browser',
    name: 'Firefox Web Browser',
    kind: 'app',
    user: null,
    unit: 'app-firefox.scope',
    pids: [10, 11, 12],
    process_count: 3,
    cpu_percent: 4.5,
    cpu_percent_of_core: 72,
    memory: 3 * 1024 ** 3,
    num_threads: 47,
    read_bytes_per_second: 3000,
    write_bytes_per_second: null,
    started_at_ms: 400_000,
    unknown: {},
  } as unknown as AppRow
  const ports: PortIndex = {
    byProcess: new Map([['11.a', { listens: new Set([8000]), connected: new Map() }]]),
    hidden: new Map(),
  }
  const gpu: GpuUses = {
    byPid: new Map([
      [10, { percent: 3, memory: 1 }],
      [11, { percent: 4, memory: 1 }],
    ]),
    isPartial: false,
  }
  const isFound = (query: string, more: Partial<FilterContext> = {}) => {
    const filter = parseFilter(query)
    expect(filter.tokens.filter(({ error }) => error !== null)).toEqual([])
    return filter.matchesApp(browser, rows, { ...context, ports, gpu, ...more })
  }

  test.each([
    'browser',
    '"web browser"',
    'browser content',
    'chrome|browser',
    '/^firefox web/',
    '/^web c/',
    '-chrome',
    '-user:max',
    'user:anna user:root',
    'name:browser',
    'name:content',
    'cmd:tab',
    'unit:firefox',
    'kind:app',
    'state:suspended',
    'pid:11',
    'parent:812',
    ':8000',
    'port<9000',
    '-:22',
    'cpu>4',
    '-cpu>5',
    'mem>2g',
    'read>2k',
    'threads>40',
    'age>9m',
    'gpu>6',
  ])('%s finds it', (query) => expect(isFound(query)).toBe(true))

  test.each([
    'chrome',
    '-browser',
    '-content',
    '-/^firefox/',
    '-user:root',
    '-state:suspended',
    '-:8000',
    'container:/^$/',
    'cpu<3',
    'mem<1k',
    'threads<10',
    'age<2m',
    'write<1',
    'gpu<7',
    ':22',
  ])('%s does not', (query) => expect(isFound(query)).toBe(false))

  test('CPU is compared in the scale the table shows', () => {
    expect(isFound('cpu>70')).toBe(false)
    expect(isFound('cpu>70', { cpuScale: 'core' })).toBe(true)
  })

  test('the network of an app is that of its processes', () => {
    const use = (startId: string, recv: number) => ({ startId, recv, sent: 0, inside: 0 })
    const network: NetworkUses = {
      byPid: new Map([
        [10, use('a', 100_000)],
        [11, use('a', 50_000)],
      ]),
      apart: new Map(),
      isPartial: false,
      interfaces: null,
      unheld: 0,
      rest: null,
    }
    expect(isFound('net>1.1m', { network })).toBe(true)
    expect(isFound('net<1.1m', { network })).toBe(false)
    expect(isFound('net>0')).toBe(false)
  })
})

test('a filter says what it needs beside the rows', () => {
  expect([...parseFilter('port firefox cpu>1').needs]).toEqual([])
  expect([...parseFilter('-:22').needs]).toEqual(['ports'])
  expect([...parseFilter('net>1m port<9').needs]).toEqual(['network', 'ports'])
})
