import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { GONE, KeptDescriptors } from './kept-descriptors.ts'
import { sweepCalls } from './libc.ts'

const buffer = Buffer.alloc(4096)

describe.skipIf(process.platform !== 'linux')('a process that has ended (Linux only)', () => {
  test.each([
    ['with system calls', sweepCalls()],
    ['without', null],
  ])('is gone by its kept descriptor (ESRCH) and by its path (ENOENT), %s', async (_way, calls) => {
    const kept = new KeptDescriptors('/proc', calls)
    const child = spawn('sleep', ['1000'])
    const file = `/proc/${child.pid}/stat`
    const fd = kept.open(file)
    expect(fd).toBeGreaterThan(0)
    expect(kept.read(fd, () => file, buffer)).toBeGreaterThan(20)
    expect(kept.read(-1, () => file, buffer)).toBeGreaterThan(20)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    expect(kept.read(fd, () => file, buffer)).toBe(GONE)
    expect(kept.read(-1, () => file, buffer)).toBe(GONE)
    expect(kept.open(file)).toBe(-1)
    kept.close(fd)
  })
})
