import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitCommandLine } from './command-line.ts'
import { classOfNice, niceOfBase, niceOfClass } from '../priority.ts'
import { ProcessList, ProcessListError } from './process-list.ts'
import { processListBytes } from './process-list-bytes.ts'
import { sidAt } from '../sid.ts'

const BASE = 0x7fff_0000_1000

function listed(bytes: Buffer, { base = BASE, limit = bytes.length } = {}) {
  const list = new ProcessList()
  list.begin(bytes, base, limit)
  const rows = []
  while (list.advance()) {
    const { pid, parentPid, threads, workingSet, userTime, kernelTime } = list
    const name = list.name()
    rows.push({ pid, parentPid, threads, workingSet, userTime, kernelTime, name })
  }
  return rows
}

function orRefusal<T>(read: () => T): T | 'refused' {
  try {
    return read()
  } catch (error) {
    if (error instanceof ProcessListError) return 'refused'
    throw error
  }
}

test('every field is read from its place', () => {
  const full = {
    pid: 4321,
    parentPid: 1234,
    name: 'Käse & Söhne.exe',
    start: 134_401_990_776_155_103n,
    userTime: 2 ** 40 + 3,
    kernelTime: 77,
    basePriority: 13,
    privateWorkingSet: 5 * 2 ** 32,
    workingSet: 6 * 2 ** 32,
    commit: 7 * 2 ** 32,
    handles: 812,
    sessionId: 2,
    readBytes: 2 ** 45,
    writeBytes: 2 ** 46,
    threads: [
      [5, 6],
      [2, 0],
    ] as const,
  }
  const bytes = processListBytes([{ pid: 0, name: '' }, full, { pid: 8 }], BASE)
  const list = new ProcessList()
  list.begin(bytes, BASE, bytes.length)
  list.advance()
  expect([list.pid, list.name()]).toEqual([0, null])
  list.advance()
  const { start, threads, name, ...numbers } = full
  expect(list).toMatchObject({ ...numbers, threads: threads.length })
  expect((BigInt(list.startHigh) << 32n) | BigInt(list.startLow)).toBe(start)
  expect(list.name()).toBe(name)
  expect(list.threadStates()).toBe('running')
  expect(list.advance()).toBe(true)
  expect(list.advance()).toBe(false)
})

test.each([
  [
    'suspended',
    [
      [5, 5],
      [5, 5],
    ],
  ],
  [
    'waiting',
    [
      [5, 5],
      [5, 6],
    ],
  ],
  [
    'running',
    [
      [5, 5],
      [2, 0],
    ],
  ],
  ['untold', [[0, 0]]],
  ['untold', []],
] as const)('threads are %s', (states, threads) => {
  const bytes = processListBytes([{ pid: 8, threads }], BASE)
  const list = new ProcessList()
  list.begin(bytes, BASE, bytes.length)
  list.advance()
  expect(list.threadStates()).toBe(states)
})

test('a name that points out of the answer is none', () => {
  const bytes = processListBytes([{ pid: 8, name: 'cmd.exe' }], BASE)
  for (const base of [BASE + 0x1000, BASE - bytes.length, 0]) {
    expect(listed(bytes, { base })[0]?.name).toBeNull()
  }
})

test('an answer that breaks off, and entries that overlap or lead out of it, are refused', () => {
  const bytes = processListBytes([{ pid: 4 }, { pid: 8 }], BASE)
  expect(() => listed(bytes, { limit: bytes.length - 0x180 })).toThrow(ProcessListError)
  for (const next of [1, 0xff, 0x100, bytes.length, 0xffff_ffff]) {
    const spoiled = Buffer.from(bytes)
    spoiled.writeUInt32LE(next, 0)
    expect(() => listed(spoiled)).toThrow(ProcessListError)
  }
  expect(() => listed(Buffer.alloc(0))).toThrow(ProcessListError)
})

test('whatever the bytes are, it ends, with rows or a refusal', () => {
  const words = fc.array(fc.integer({ min: 0, max: 0x400 }), { minLength: 60, maxLength: 600 })
  fc.assert(
    fc.property(words, fc.nat(1024), (values, more) => {
      const bytes = Buffer.from(Uint32Array.from(values).buffer)
      const rows = orRefusal(() => listed(bytes, { limit: bytes.length + more }))
      expect(rows === 'refused' || rows.length > 0).toBe(true)
    }),
  )
})

test('whatever the processes are, they are read as they were written', () => {
  const process = fc.record({
    pid: fc.nat(2 ** 31 - 1),
    parentPid: fc.nat(2 ** 31 - 1),
    name: fc.string({ minLength: 1, maxLength: 80 }).map((text) => `${text}x`),
    userTime: fc.maxSafeNat(),
    kernelTime: fc.maxSafeNat(),
    workingSet: fc.maxSafeNat(),
    threads: fc.array(fc.tuple(fc.nat(9), fc.nat(40)), { maxLength: 12 }),
  })
  fc.assert(
    fc.property(fc.array(process, { minLength: 1, maxLength: 20 }), (processes) => {
      const wanted = processes.map((each) => ({ ...each, threads: each.threads.length }))
      expect(listed(processListBytes(processes, BASE))).toEqual(wanted)
    }),
  )
})

test.each([
  ['', []],
  ['notepad', ['notepad']],
  ['"C:\\Program Files\\a b.exe" c', ['C:\\Program Files\\a b.exe', 'c']],
  ['"unclosed rest', ['unclosed rest']],
  ['a  "b c"\td', ['a', 'b c', 'd']],
  ['a \\\\server\\share "x\\"y" "z\\\\"', ['a', '\\\\server\\share', 'x"y', 'z\\']],
  ['a ""', ['a', '']],
  ['a "b""c"', ['a', 'b"c']],
])('the command line %j is %j', (line, args) => {
  expect(splitCommandLine(line)).toEqual(args)
})

test('any command line is split, and none of it is lost but blanks, quotes and backslashes', () => {
  const marks = /[\s"\\]/g
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\t', '"', '\\', 'ß') }), (line) => {
      expect(splitCommandLine(line).join('').replace(marks, '')).toBe(line.replace(marks, ''))
    }),
  )
})

test('priority classes and nice values are the same five words', () => {
  expect([4, 6, 8, 10, 13, 24].map(niceOfBase)).toEqual([19, 10, 0, -5, -10, -20])
  expect([-1, 0, 2, 99].map(niceOfBase)).toEqual([NaN, NaN, NaN, NaN])
  expect([19, 10, 0, -5, -10].map((nice) => niceOfClass(classOfNice(nice)))).toEqual([
    19, 10, 0, -5, -10,
  ])
  expect(niceOfClass(classOfNice(-20))).toBe(-10) // realtime is not offered
  expect(niceOfClass(0x100)).toBe(-20)
  expect(niceOfClass(0)).toBeNull()
})

test('a SID is written as everybody writes it; what is none is null', () => {
  const bytes = Buffer.from('0105000000000005150000000102030405060708090a0b0ce9030000', 'hex')
  expect(sidAt(bytes, 0)).toBe('S-1-5-21-67305985-134678021-202050057-1001')
  expect(sidAt(Buffer.from('010100000000000512000000', 'hex'), 0)).toBe('S-1-5-18')
  for (const [hex, at] of [
    ['020100000000000512000000', 0],
    ['0101000000000005120000', 0],
    ['01ff00000000000512000000', 0],
    ['0101', 0],
    ['010100000000000512000000', -4],
  ] as const) {
    expect(sidAt(Buffer.from(hex, 'hex'), at)).toBeNull()
  }
})
