import { beforeEach, describe, expect, test } from 'vitest'
import { ACCESS, DISK_SLEEP, ProcessColumns, statusCode } from '../process-table.ts'
import { DENIED, GONE } from './kept-descriptors.ts'
import { MemoryTruth } from './memory-truth.ts'

const MIB = 2 ** 20
const READ_MS = 0.6
const TICK_MS = 1000
const ROLLUP = 'Rss: 300 kB\nPss: 100 kB\nPrivate_Clean: 10 kB\nPrivate_Dirty: 20 kB\nSwap: 5 kB\n'

/** Processes by pid = slot + 1, a clock that moves with each reading, and a book of what was read. */
class Memories {
  readonly columns = new ProcessColumns()
  /** Pids in the order they were read. */
  read: number[] = []
  readonly answers = new Map<number, string | number>()
  monotonicMs = 0
  epochMs = 1_700_000_000_000
  count = 0
  readonly truth: MemoryTruth

  constructor(budgetMs: number) {
    this.truth = new MemoryTruth(
      {
        read: (pid, buffer) => {
          this.read.push(pid)
          this.monotonicMs += READ_MS
          const answer = this.answers.get(pid) ?? ROLLUP
          return typeof answer === 'number' ? answer : buffer.write(answer)
        },
        monotonicMs: () => this.monotonicMs,
        epochMs: () => this.epochMs,
      },
      budgetMs,
    )
  }

  /** Adds a process; answers its pid. */
  add(rssBytes: number): number {
    const slot = this.count++
    this.columns.grow(this.count)
    this.columns.pid[slot] = slot + 1
    this.columns.rssBytes[slot] = rssBytes
    this.columns.memoryAtMs[slot] = NaN
    this.columns.pssBytes[slot] = NaN
    return slot + 1
  }

  /** Pids read in the next tick, a second later. */
  tick(): number[] {
    this.read = []
    this.monotonicMs += TICK_MS
    this.epochMs += TICK_MS
    const slots = Int32Array.from({ length: this.count }, (_, slot) => slot)
    this.truth.sample(this.columns, slots, this.count)
    return this.read
  }

  access = (pid: number) => this.columns.memoryAccess[pid - 1]
}

let memories: Memories
beforeEach(() => {
  memories = new Memories(1)
})

describe('memory truth', () => {
  test('reads the biggest first, and no more than fit into its time', () => {
    for (const mib of [10, 300, 20, 200, 5]) memories.add(mib * MIB)
    expect(memories.tick()).toEqual([2, 4]) // 0.6 ms each: the second began within the millisecond
    expect(memories.tick()).toEqual([3, 1])
    expect(memories.tick()).toEqual([5])
  })

  test('takes the figures and their instant from the file', () => {
    const pid = memories.add(MIB)
    memories.tick()
    const { pssBytes, ussBytes, swapBytes, memoryAtMs } = memories.columns
    const slot = pid - 1
    expect([pssBytes[slot], ussBytes[slot], swapBytes[slot], memoryAtMs[slot]]).toEqual([
      100 * 1024,
      30 * 1024,
      5 * 1024,
      memories.epochMs,
    ])
  })

  test('every process has its first reading after as many ticks as there are, though a tick has time for one only', () => {
    memories = new Memories(0.5) // and a reading takes 0.6 ms
    for (let i = 0; i < 200; i++) memories.add(MIB * (1 + ((i * 37) % 200)))
    // Every second reading may go to the one that is big and read already.
    for (let tick = 0; tick < 400; tick++) expect(memories.tick()).toHaveLength(1)
    const known = memories.columns.memoryAccess.subarray(0, 200)
    expect(known.every((access) => access === ACCESS.ok)).toBe(true)
  })

  test('the biggest stays fresh while new processes keep coming', () => {
    const biggest = memories.add(1000 * MIB)
    memories.tick()
    const read: number[] = []
    for (let tick = 0; tick < 30; tick++) {
      for (let i = 0; i < 4; i++) memories.add(MIB)
      read.push(...memories.tick())
    }
    expect(read.filter((pid) => pid === biggest)).toHaveLength(6) // every 5 seconds
    expect(new Set(read).size).toBeGreaterThan(30) // and new ones with the rest of the time
  })

  test('small ones are read again too', () => {
    memories = new Memories(0.5) // and a reading takes 0.6 ms
    const small = memories.add(MIB)
    for (let i = 0; i < 10; i++) memories.add(20 * MIB)
    const read: number[] = []
    for (let tick = 0; tick < 400; tick++) read.push(...memories.tick())
    expect(read.filter((pid) => pid === small).length).toBeGreaterThan(1)
  })

  test('a reading that takes long is paid for by ticks without any', () => {
    memories = new Memories(0.5)
    const spent = () => memories.tick().length * 0.6
    for (let i = 0; i < 2000; i++) memories.add(MIB)
    let start = 0
    for (let tick = 0; tick < 600; tick++) start += spent()
    let later = 0
    for (let tick = 0; tick < 600; tick++) later += spent()
    expect(start).toBeGreaterThan(later)
    expect(later / 600).toBeCloseTo(0.5, 1)
  })

  test('nothing is read twice in five seconds, whatever is done to the wall clock', () => {
    memories.add(MIB)
    expect(memories.tick()).toEqual([1])
    for (let tick = 0; tick < 4; tick++) expect(memories.tick()).toEqual([])
    expect(memories.tick()).toEqual([1])
    memories.epochMs -= 3_600_000
    for (let tick = 0; tick < 4; tick++) expect(memories.tick()).toEqual([])
    expect(memories.tick()).toEqual([1])
    memories.epochMs += 7_200_000
    expect(memories.tick()).toEqual([])
  })

  test('one that may not be read is not asked again; one that failed is, after a minute', () => {
    const [denied, failed] = [memories.add(2 * MIB), memories.add(MIB)]
    memories.answers.set(denied, DENIED).set(failed, GONE)
    expect(memories.tick()).toEqual([denied, failed])
    expect([memories.access(denied), memories.access(failed)]).toEqual([
      ACCESS.denied,
      ACCESS.unknown,
    ])
    memories.answers.clear()
    for (let tick = 0; tick < 59; tick++) expect(memories.tick()).toEqual([])
    expect(memories.tick()).toEqual([failed])
    expect(memories.access(failed)).toBe(ACCESS.ok)
  })

  test('a kernel thread or a zombie has nothing to read, and a file without Pss is not supported', () => {
    memories.add(0)
    const odd = memories.add(MIB)
    memories.answers.set(odd, 'Rss: 1 kB\n')
    expect(memories.tick()).toEqual([odd])
    expect(memories.access(odd)).toBe(ACCESS.unsupported)
  })
})

test('a process that waits for a disk is not asked, which might wait with it, until the disk has come', () => {
  const machine = new Memories(10)
  const pid = machine.add(MIB)
  machine.columns.status[pid - 1] = DISK_SLEEP
  expect(machine.tick()).toEqual([])
  expect(machine.access(pid)).toBe(ACCESS.unknown)
  machine.columns.status[pid - 1] = statusCode('sleeping')
  expect(machine.tick()).toEqual([pid])
  expect(machine.access(pid)).toBe(ACCESS.ok)
})
