import { closeSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'
import { koffiOrNull, type Koffi } from '../ffi.ts'
import { sweepCalls } from './libc.ts'
import { parsePidEntries } from './pid-list.ts'

const koffi = process.platform === 'linux' ? koffiOrNull() : null

/** koffi where the C library is musl: no file libc.so.6, and directories are read by `getdents`. */
function onMusl(real: Koffi): Koffi {
  const libc = real.load(null)
  const func = (prototype: string) => {
    if (prototype.includes(' getdents64(')) throw new Error('Cannot find function "getdents64"')
    return libc.func(prototype.replace(' getdents(', ' getdents64('))
  }
  const load = (file: string | null) => {
    if (file !== null) throw new Error(`Failed to load shared library: ${file}`)
    return { func }
  }
  return { ...real, load } as unknown as Koffi
}

test.skipIf(koffi === null)(
  'the calls of a sweep are there with the C library of Alpine too',
  () => {
    const calls = sweepCalls(onMusl(koffi as Koffi))
    expect(calls?.processCpuNs(process.pid)).toBeGreaterThan(0)
    const entries = Buffer.alloc(32 * 1024)
    const fd = openSync('/proc/self/task', 'r')
    try {
      const length = calls?.directoryEntries(fd, entries) ?? -1
      expect(length).toBeGreaterThan(0)
      const found: number[] = []
      parsePidEntries(entries, length, (pid) => found.push(pid))
      expect(found).toContain(process.pid)
    } finally {
      closeSync(fd)
    }
  },
)
