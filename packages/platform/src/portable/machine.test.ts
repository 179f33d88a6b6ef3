import { expect, test } from 'vitest'
import { systemClock } from '../options.ts'
import { PortableMachine, type PortableWorld } from './machine.ts'

/** As much of systeminformation as is asked, with the oddities of the systems it runs on. */
const answers = {
  mem: async () => ({ available: 6e9, free: 1e9, swaptotal: 2e9, swapfree: Number.NaN }),
  fsSize: async () => [
    { mount: 'C:', fs: 'C:', type: 'NTFS', size: 100, used: 60, available: 40, rw: true },
    { mount: 'C:', fs: 'C:', type: 'NTFS', size: 100, used: 60, available: 40, rw: true },
  ],
  networkStats: async () => [
    {
      iface: 'lo0',
      operstate: 'unknown',
      rx_bytes: 5,
      tx_bytes: 6,
      rx_errors: 0,
      tx_errors: 0,
      rx_dropped: 0,
      tx_dropped: 0,
    },
    {
      iface: 'en0',
      operstate: 'up',
      rx_bytes: 7,
      tx_bytes: 8,
      rx_errors: 1,
      tx_errors: 2,
      rx_dropped: null,
      tx_dropped: 0,
    },
  ],
  fsStats: async () => null,
}

const load = (more: object = {}) =>
  (async () => ({ ...answers, ...more })) as unknown as NonNullable<PortableWorld['load']>

test('CPU from Node, the rest from systeminformation; what it does not know is null', async () => {
  const machine = new PortableMachine(systemClock, { load: load() })
  const sample = await machine.sample()
  expect(sample.cpu.cores.length).toBeGreaterThan(0)
  expect(sample.cpu.total.iowait).toBeNull()
  expect(sample.memory).toMatchObject({
    availableBytes: 6e9,
    swapTotalBytes: 2e9,
    swapFreeBytes: null,
  })
  expect(sample.filesystems).toHaveLength(1)
  expect(
    sample.networks.map(({ id, counted, recvBytes, up }) => [id, counted, recvBytes, up]),
  ).toEqual([
    ['lo0', false, 5, null],
    ['en0', true, 7, true],
  ])
  expect(sample).toMatchObject({ diskReadBytes: null, diskWriteBytes: null, gpus: [] })
  expect(sample.unknown).toMatchObject({ gpus: 'not_supported', sensors: 'not_supported' })
  await machine.close()
})

test('a call that breaks is told and costs its own figures only', async () => {
  const told: string[] = []
  const broken = { fsSize: () => Promise.reject(new Error('spawn E2BIG')) }
  const machine = new PortableMachine(systemClock, {
    load: load(broken),
    onError: (source) => told.push(source),
  })
  const sample = await machine.sample()
  expect(told).toEqual(['file systems'])
  expect(sample.filesystems).toEqual([])
  expect(sample.memory.availableBytes).toBe(6e9)
  await machine.close()
})

test('every ability says whether it works, or why not', async () => {
  const machine = new PortableMachine(systemClock, { load: load() })
  const { capabilities, cpu, hostname } = await machine.info()
  expect(hostname).not.toBe('')
  expect(cpu.threads).toBeGreaterThan(0)
  for (const { available, reason } of Object.values(capabilities)) {
    expect(available ? reason === null : reason?.endsWith('.')).toBe(true)
  }
  await machine.close()
})
