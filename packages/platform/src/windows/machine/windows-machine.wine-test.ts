import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { afterAll, expect, test } from 'vitest'
import { createMachine } from '../../create-machine.ts'
import { defaultOptions } from '../../options.ts'
import { openCounters } from './counter-query.ts'
import { machineCalls } from './machine-calls.ts'
import { REG, registryText, valueNamed, windowsRegistry } from '../registry.ts'
import { WindowsMachine } from './windows-machine.ts'

/** What the kernel beneath says of the same machine. */
const proc = (file: string) => readFileSync(`Z:\\proc\\${file}`, 'latin1')

const failures: unknown[] = []
const machine = await createMachine(defaultOptions, {
  onError: (source, error) => failures.push([source, error]),
})
afterAll(() => machine.close())
const sample = await machine.sample()

test('it is the provider of Windows, and nothing beside the sample failed', () => {
  expect(machine).toBeInstanceOf(WindowsMachine)
  expect(failures).toEqual([])
})

test('CPU times of each core are those of the kernel', async () => {
  const hundredths = () =>
    [...proc('stat').matchAll(/^cpu\d+ (\d+) (\d+) (\d+) (\d+) (\d+)/gm)].map(
      ([, user, nice, , idle]) => ({ user: Number(user) + Number(nice), idle: Number(idle) }),
    )
  const before = hundredths()
  const { cpu } = await machine.sample()
  const after = hundredths()
  expect(cpu.cores).toHaveLength(cpus().length)
  for (const [index, core] of cpu.cores.entries()) {
    // A step back of idle is known behaviour of the kernel (proc_stat(5)).
    const [from, to] = [before[index]?.idle ?? 0, after[index]?.idle ?? 0]
    expect(core.idle / 1e5).toBeGreaterThanOrEqual(Math.min(from, to) - 1)
    expect(core.idle / 1e5).toBeLessThanOrEqual(Math.max(from, to) + 1)
    expect(core.system).toBeGreaterThanOrEqual(0)
  }
  expect(cpu.total.user).toBe(cpu.cores.reduce((sum, { user }) => sum + user, 0))
})

test('memory is that of the kernel', () => {
  const totalKib = Number(/^MemTotal:\s*(\d+)/m.exec(proc('meminfo'))?.[1])
  expect(sample.memory.totalBytes).toBe(totalmem())
  expect(Math.abs(totalmem() / 1024 - totalKib)).toBeLessThan(totalKib * 0.05)
  expect(sample.memory.availableBytes).toBeGreaterThan(0)
  expect(sample.memory.committedBytes).toBeGreaterThan(0)
})

test('every interface has the counters of the kernel', () => {
  const lines = proc('net/dev').matchAll(/^\s*([^:\s]+):\s*(\d+)/gm)
  const received = new Map(Array.from(lines, ([, name = '', bytes]) => [name, Number(bytes)]))
  expect(sample.networks.map(({ id }) => id)).toContain('lo')
  for (const { id, kind, counted, recvBytes } of sample.networks) {
    expect(recvBytes).toBeLessThanOrEqual(received.get(id) ?? -1)
    expect(kind === 'loopback' && counted).toBe(false)
  }
})

test('drives have sizes; what Wine lacks is unknown with a reason', () => {
  expect(sample.filesystems.map(({ mount }) => mount)).toContain('C:')
  for (const { totalBytes, freeBytes } of sample.filesystems) {
    expect(totalBytes).toBeGreaterThan(0)
    expect(freeBytes).toBeLessThanOrEqual(totalBytes ?? 0)
  }
  expect(sample.disks).toEqual([])
  expect(sample.unknown).toMatchObject({
    disks: 'not_supported',
    gpus: 'not_supported',
    'memory.swap_total_bytes': 'not_supported',
  })
})

test('what the machine is', async () => {
  const { os, cpu, capabilities } = await machine.info()
  expect(os.platform).toBe('win32')
  expect(os.name).toContain('Windows')
  expect(cpu.threads).toBe(cpus().length)
  expect(cpu.groups?.flatMap((group) => group.cpus)).toHaveLength(cpus().length)
  expect(cpu.l2Bytes).toBeGreaterThan(0)
  expect(capabilities['gpu']?.reason).toContain('performance counters')
})

test('a question that is too large for its first buffer is asked again', () => {
  const calls = machineCalls()
  expect(calls.processorTimes().kind).toBe('ok')
  expect(calls.pagingFiles()).toEqual({ kind: 'unsupported' })
})

test('performance counters: one that is there, and one that no Windows has', async () => {
  const query = openCounters([String.raw`\No Such Thing(*)\Value`])
  expect(await query?.collect()).toEqual({ kind: 'ok', value: [null] })
  query?.close()
})

test('the registry: a value is written, read again in any case of its name, and listed', () => {
  const registry = windowsRegistry()
  const key = String.raw`Software\TaskManagerProTest`
  const text = 'Grüße 😀'
  const value = {
    name: 'Word',
    type: REG.text,
    bytes: Buffer.from(`${text}\0`, 'utf16le'),
  }
  const large = { name: 'Large', type: REG.binary, bytes: Buffer.alloc(50_000, 7) }
  expect(registry?.write('user', key, value)).toEqual({ kind: 'ok', value: null })
  expect(registry?.write('user', key, large)).toEqual({ kind: 'ok', value: null })
  const read = registry?.values('user', key)
  if (read?.kind !== 'ok') throw new Error(`read: ${read?.kind}`)
  expect(registryText(valueNamed(read.value, 'WORD'))).toBe(text)
  expect(valueNamed(read.value, 'Large')?.bytes.equals(large.bytes)).toBe(true)
  const keys = registry?.keys('user', 'Software')
  expect(keys?.kind === 'ok' ? keys.value : []).toContain('TaskManagerProTest')
  expect(registry?.values('user', String.raw`Software\NoSuchKey`)).toEqual({ kind: 'gone' })
})
