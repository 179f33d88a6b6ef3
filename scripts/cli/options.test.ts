import { expect, test } from 'vitest'
import { UsageError } from '../launcher/options.ts'
import { parseCommand } from './options.ts'

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean))

test('without a command, and with --help, it helps', () => {
  expect([parse(''), parse('--help'), parse('end 5 -h')]).toEqual(
    Array.from({ length: 3 }, () => ({ kind: 'help' })),
  )
})

test('ls takes words, an order and a number of lines', () => {
  expect(parse('ls node server --sort memory --top 0 --json')).toEqual({
    kind: 'read',
    verb: 'ls',
    words: ['node', 'server'],
    pid: 0,
    service: null,
    sort: 'memory',
    top: Infinity,
    json: true,
  })
})

test('an order names each process once', () => {
  expect(parse('end 12 13 12 --then-force --tree -y --confirm-name Xorg')).toMatchObject({
    verb: 'end',
    pids: [12, 13],
    force: false,
    thenForce: true,
    tree: true,
    yes: true,
    confirmName: 'Xorg',
  })
})

test('an end can be taken back only where it is a polite one', () => {
  expect(parse('end 12 --undo')).toMatchObject({ verb: 'end', undo: true })
  for (const line of ['end 12 --undo --force', 'end 12 --undo --then-force', 'suspend 12 --undo'])
    expect(() => parse(line)).toThrow(UsageError)
})

test.each([
  ['priority 7 low', { level: { priority: 'low' } }],
  ['priority 7 -20', { level: { nice: -20 } }],
  ['priority 7 19', { level: { nice: 19 } }],
  ['io-priority 7 idle', { ioPriority: 'idle' }],
  ['efficiency 7 on', { verb: 'efficiency', pids: [7], on: true }],
  ['efficiency 7 off', { on: false }],
  ['affinity 7 0-2,8', { cpus: [0, 1, 2, 8] }],
])('%s', (line, expected) => {
  expect(parse(line)).toMatchObject({ pids: [7], ...expected })
})

test('a service is named with or without its ending, of the machine unless said otherwise', () => {
  expect(parse('service restart nginx')).toMatchObject({
    kind: 'service',
    action: 'restart',
    name: 'nginx.service',
    scope: 'system',
  })
  expect(parse('service stop a.service --user')).toMatchObject({ name: 'a.service', scope: 'user' })
  expect(parse('log a --user --top 0')).toMatchObject({
    kind: 'read',
    verb: 'log',
    words: [],
    service: { name: 'a.service', scope: 'user' },
    top: Infinity,
  })
})

test.each([
  ['frob', 'There is no command "frob"'],
  ['end', 'end needs a PID'],
  ['end 0', 'A PID is a number, not "0"'],
  ['end -1', 'A PID is a number'],
  ['end 1e3', 'A PID is a number, not "1e3"'],
  ['end 5 --force --then-force', 'not both'],
  ['info', 'A PID is a number'],
  ['info 5 6', 'info does not take "6"'],
  ['log', 'log needs one name'],
  ['log a b', 'log does not take "b"'],
  ['service stop', 'service stop needs one name'],
  ['service stop a b', 'service stop needs one name'],
  ['apps chrome', 'apps does not take "chrome"'],
  ['ls --sort size', '--sort takes cpu, memory or name'],
  ['ls --top many', '--top needs a number'],
  ['priority 5', 'needs a PID and one word more'],
  ['priority 5 21', 'a nice value from -20 to 19, not "21"'],
  ['priority 5 -21', 'a nice value from -20 to 19'],
  ['efficiency 5 maybe', 'efficiency takes on or off'],
  ['efficiency 5', 'efficiency needs a PID and one word more'],
  ['io-priority 5 best', 'io-priority takes high, normal, low, idle'],
  ['affinity 5 3-1', 'CPUs are written like 0-3,8'],
  ['affinity 5 a', 'CPUs are written like 0-3,8'],
  ['service', 'service takes start, stop, restart, enable, disable'],
  ['service kill nginx', 'not "kill"'],
  ['service stop', 'service stop needs one name'],
  ['ls --frob', "Unknown option '--frob'"],
])('%s is refused with what to write instead', (line, message) => {
  expect(() => parse(line)).toThrow(UsageError)
  expect(() => parse(line)).toThrow(message)
})
