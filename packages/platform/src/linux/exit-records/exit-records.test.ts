import { describe, expect, test } from 'vitest'
import { openExitRecords } from './exit-records.ts'
import { openTaskDelays } from './task-delays.ts'
import { ExitSource } from './exit-source.ts'
import type { NetlinkSocket } from '../../netlink-socket.ts'
import { aggregate, FAMILY, message } from './record-rig.ts'

const ENOBUFS = 105
const EINVAL = 22
const ended = (pid: number) => message(aggregate('pid', { pid, tgid: pid, ppid: 1, name: 'true' }))

/** A kernel that answers in turn with messages or error numbers, and with nothing after that. */
class FakeKernel implements NetlinkSocket {
  readonly asked: Uint8Array[] = []
  readonly answers: (Uint8Array | number)[]
  closed = false

  constructor(answers: (Uint8Array | number)[]) {
    this.answers = answers
  }

  send(bytes: Uint8Array) {
    this.asked.push(bytes)
    return true
  }

  receive(into: Uint8Array) {
    const answer = this.answers.shift() ?? 0
    if (typeof answer === 'number') return answer
    into.set(answer)
    return answer.length
  }

  close() {
    this.closed = true
  }
}

/** Answer of the controller: one attribute with the number of the family. */
function familyAnswer() {
  const bytes = Buffer.alloc(28)
  bytes.writeUInt32LE(28, 0)
  bytes.writeUInt16LE(16, 4)
  bytes.writeUInt16LE(6, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt16LE(FAMILY, 24)
  return bytes
}

function acknowledgement(error: number) {
  const bytes = Buffer.alloc(36)
  bytes.writeUInt32LE(36, 0)
  bytes.writeUInt16LE(2, 4)
  bytes.writeInt32LE(-error, 16)
  return bytes
}

const self = (version: number) => message(aggregate('pid', { version }))

describe('registering for exit records', () => {
  test('asks for the family, looks at itself, names the CPUs', () => {
    const kernel = new FakeKernel([familyAnswer(), self(16), acknowledgement(0)])
    expect(openExitRecords(kernel, '0-3')).not.toBeNull()
    const [family, own, cpus] = kernel.asked.map((bytes) => Buffer.from(bytes))
    expect(family?.toString('latin1')).toContain('TASKSTATS\0')
    expect(own?.readUInt16LE(4)).toBe(FAMILY)
    expect(own?.readUInt32LE(24)).toBe(process.pid)
    expect(cpus?.toString('latin1')).toContain('0-3\0')
    expect(kernel.closed).toBe(false)
  })

  test('is given up where the kernel refuses, has no such family, or other fields', () => {
    const kernels = [
      new FakeKernel([acknowledgement(2)]),
      new FakeKernel([familyAnswer(), acknowledgement(1)]),
      new FakeKernel([familyAnswer(), self(11)]),
      new FakeKernel([familyAnswer(), self(15)]),
      new FakeKernel([familyAnswer(), self(16), acknowledgement(EINVAL)]),
      new FakeKernel([]),
    ]
    for (const kernel of kernels) {
      expect(openExitRecords(kernel, '0-3')).toBeNull()
      expect(kernel.closed).toBe(true)
    }
    const blind = new FakeKernel([familyAnswer(), self(16), acknowledgement(0)])
    expect(openExitRecords(blind, null)).toBeNull()
  })
})

describe('taking exit records', () => {
  function registered() {
    const kernel = new FakeKernel([familyAnswer(), self(16), acknowledgement(0)])
    const records = openExitRecords(kernel, '0')
    if (records === null) throw new Error('not registered')
    return { kernel, take: () => records.take()?.map(({ pid }) => pid) ?? null }
  }

  test('takes all that wait', () => {
    const { kernel, take } = registered()
    kernel.answers.push(ended(10), ended(11))
    expect(take()).toEqual([10, 11])
    expect(take()).toEqual([])
  })

  test('after an overflow the rest is emptied and the picture is none', () => {
    const { kernel, take } = registered()
    kernel.answers.push(ended(10), -ENOBUFS, ended(12))
    expect(take()).toBeNull()
    kernel.answers.push(ended(13))
    expect(take()).toEqual([13])
  })

  test('a socket that only fails does not hold the sweep', () => {
    const { kernel, take } = registered()
    kernel.answers.push(...Array.from({ length: 50 }, () => -9))
    expect(take()).toBeNull()
    expect(kernel.answers.length).toBeGreaterThan(40)
  })
})

describe('a kernel that registers and then sends nothing', () => {
  const source = () => {
    const kernel = new FakeKernel([familyAnswer(), self(16), acknowledgement(0)])
    return { kernel, exits: new ExitSource(openExitRecords(kernel, '0')) }
  }

  test('is found out after some sweeps in which processes ended', () => {
    const { kernel, exits } = source()
    for (let sweep = 0; sweep < 3; sweep++) {
      expect(exits.works).toBe(true)
      expect(exits.take()).toEqual([])
      exits.judge(1)
    }
    expect(exits.works).toBe(false)
    expect(kernel.closed).toBe(true)
    expect(exits.take()).toBeNull()
  })

  test('is believed while records come, or nothing ends', () => {
    const { kernel, exits } = source()
    for (let sweep = 0; sweep < 10; sweep++) {
      const comes = sweep % 3 === 2
      if (comes) kernel.answers.push(ended(20 + sweep))
      exits.take()
      exits.judge(comes ? 0 : 1)
    }
    for (let sweep = 0; sweep < 10; sweep++) {
      exits.take()
      exits.judge(0)
    }
    expect(exits.works).toBe(true)
  })
})

describe('asking how long living processes have waited', () => {
  const EPERM = 1

  test('the sum of a process is asked for by its pid', () => {
    const answer = message(aggregate('tgid', { tgid: 41, swapDelayNs: 7e6 }))
    const kernel = new FakeKernel([familyAnswer(), self(16), answer])
    const delays = openTaskDelays(kernel)
    expect(delays?.swapDelayNs(41)).toBe(7e6)
    const question = Buffer.from(kernel.asked.at(-1) ?? [])
    expect([question.readUInt16LE(22), question.readUInt32LE(24)]).toEqual([2, 41])
  })

  test('a process that is not there, or a refusal, tells nothing', () => {
    const kernel = new FakeKernel([familyAnswer(), self(16), acknowledgement(3), -EINVAL])
    const delays = openTaskDelays(kernel)
    expect(delays?.swapDelayNs(41)).toBeNull()
    expect(delays?.swapDelayNs(41)).toBeNull()
  })

  test('who may not ask, and a kernel with other fields, gives nothing to ask with', () => {
    for (const answer of [acknowledgement(EPERM), self(15)]) {
      const kernel = new FakeKernel([familyAnswer(), answer])
      expect(openTaskDelays(kernel)).toBeNull()
      expect(kernel.closed).toBe(true)
    }
    expect(openTaskDelays(null)).toBeNull()
  })
})
