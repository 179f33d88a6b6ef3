import type { MachineProvider } from '@taskmanager/platform'
import { UNKNOWN_REASONS } from '@taskmanager/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectCleanText, expectSaneNumbers } from './expect-sane.ts'

export interface MachineContractOptions {
  /** Makes the provider under test; what it returns beside the provider is disposed of afterwards. */
  create: () => Promise<{ provider: MachineProvider } & AsyncDisposable>
}

/** What every machine provider keeps, on every system, on a recorded machine and in the fake. */
export function machineContract(name: string, options: MachineContractOptions): void {
  describe(`${name} keeps the contract of a machine provider`, () => {
    let world: Awaited<ReturnType<MachineContractOptions['create']>>
    let provider: MachineProvider
    beforeAll(async () => {
      world = await options.create()
      provider = world.provider
    })
    afterAll(async () => {
      await provider?.close()
      await world?.[Symbol.asyncDispose]()
    })

    test('numbers are finite, unknown is null and has a reason', async () => {
      const sample = await provider.sample()
      expectSaneNumbers(sample)
      for (const reason of Object.values(sample.unknown)) expect(UNKNOWN_REASONS).toContain(reason)
    })

    test('time goes on from sample to sample, and counters do not go back', async () => {
      const first = await provider.sample()
      const second = await provider.sample()
      expect(second.monotonicMs).toBeGreaterThanOrEqual(first.monotonicMs)
      for (const mode of ['user', 'system', 'nice'] as const) {
        const [before, after] = [first.cpu.total[mode], second.cpu.total[mode]]
        expect(after ?? 0).toBeGreaterThanOrEqual(before ?? 0)
      }
      for (const disk of second.disks) {
        const before = first.disks.find(({ id }) => id === disk.id)
        expect(disk.readBytes).toBeGreaterThanOrEqual(before?.readBytes ?? 0)
      }
    })

    test('cores are listed once each, in their numbering', async () => {
      const { cpu } = await provider.sample()
      const numbers = cpu.cores.map(({ index }) => index)
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
      for (const index of cpu.frequencyMhz.keys()) expect(numbers).toContain(index)
      expect(cpu.ticksPerSecond).toBeGreaterThan(0)
    })

    test('memory fits into itself', async () => {
      const { memory } = await provider.sample()
      const total = memory.totalBytes ?? Number.POSITIVE_INFINITY
      expect(memory.availableBytes ?? 0).toBeLessThanOrEqual(total)
      expect(memory.freeBytes ?? 0).toBeLessThanOrEqual(total)
      expect(memory.swapFreeBytes ?? 0).toBeLessThanOrEqual(
        memory.swapTotalBytes ?? Number.POSITIVE_INFINITY,
      )
    })

    test('disks, interfaces, file systems and cards have names of their own', async () => {
      const sample = await provider.sample()
      const lists = {
        disks: sample.disks.map(({ id }) => id),
        networks: sample.networks.map(({ id }) => id),
        filesystems: sample.filesystems.map(({ mount }) => mount),
        gpus: sample.gpus.map(({ id }) => id),
        sensors: sample.sensors.map(({ id }) => id),
      }
      for (const [list, names] of Object.entries(lists)) {
        expect({ list, names }).toEqual({ list, names: [...new Set(names)] })
        for (const item of names) expectCleanText(item, 4096)
      }
    })

    test('the machine has a name and online CPUs', async () => {
      const info = await provider.info()
      expect(info.hostname).not.toBe('')
      expect(info.cpu.threads).toBeGreaterThan(0)
      expect(info.cpu.cores ?? 1).toBeLessThanOrEqual(info.cpu.threads)
      for (const [ability, { available, reason }] of Object.entries(info.capabilities)) {
        // A platform that cannot says why, in a sentence; one that can has nothing to say.
        expect({
          ability,
          told: available ? reason === null : (reason ?? '').endsWith('.'),
        }).toEqual({
          ability,
          told: true,
        })
      }
    })
  })
}
