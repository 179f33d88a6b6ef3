import { networkInterfaces } from 'node:os'
import { THERMAL_PRESSURES } from '@taskmanager/contracts'
import { BackgroundReading } from '../../background-reading.ts'
import type { GpuSample } from '../../gpu/gpu.ts'
import type { AddressesOf } from '../../linux/network-links.ts'
import type { CpuSample, DiskSample, MachineProvider, MachineSample } from '../../machine.ts'
import type { MachineInfo } from '../../machine-info.ts'
import type { Clock } from '../../options.ts'
import { PortableMachine, type PortableWorld } from '../../portable/machine.ts'
import { ioKit, type IoKit } from '../iokit/io-kit.ts'
import { readMacPower, type MacPower } from '../iokit/mac-battery.ts'
import { readMacDisks } from '../iokit/mac-disks.ts'
import { readMacGpus } from '../iokit/mac-gpus.ts'
import { macLibrary, type MacLibrary } from '../lib-system.ts'
import { systemNumber, systemText } from '../system-values.ts'
import { macCapabilities } from './mac-capabilities.ts'
import { MacMemory } from './mac-memory.ts'
import { MacNetworks } from './mac-networks.ts'

const CARDS_EVERY_MS = 2000
const POWER_EVERY_MS = 10_000

export interface MacWorld extends PortableWorld {
  library: MacLibrary
  /** null: it is not to be had, and disks, cards and the battery are unknown. */
  kit: IoKit | null
  addresses?: AddressesOf
}

/**
 * Memory, swap, networks and disks by calls at each sample; cards and the battery by the I/O Registry on slower clocks;
 * CPU and file systems as everywhere.
 */
export class MacMachine implements MachineProvider {
  readonly #library: MacLibrary
  readonly #portable: PortableMachine
  readonly #memory: MacMemory
  readonly #networks: MacNetworks
  readonly #kit: IoKit | null
  readonly #cards: BackgroundReading<GpuSample[] | null>
  readonly #power: BackgroundReading<MacPower | null>

  constructor(clock: Clock, { library, kit, addresses = networkInterfaces, ...world }: MacWorld) {
    this.#library = library
    this.#portable = new PortableMachine(clock, { ...world, readsLittle: true })
    this.#memory = new MacMemory(library)
    this.#networks = new MacNetworks(library, addresses)
    this.#kit = kit
    const every = <T>(name: string, everyMs: number, read: (kit: IoKit) => T | null) =>
      new BackgroundReading<T | null>({
        read: async () => (kit === null ? null : read(kit)),
        everyMs,
        staleAfterMs: everyMs * 4,
        clock,
        onError: (error) => world.onError?.(name, error),
      })
    this.#cards = every('gpu', CARDS_EVERY_MS, readMacGpus)
    this.#power = every('power', POWER_EVERY_MS, readMacPower)
  }

  async sample(): Promise<MachineSample> {
    const sample = await this.#portable.sample()
    await Promise.all([this.#cards.poll(), this.#power.poll()])
    const networks = this.#networks.read()
    const disks = this.#kit === null ? null : readMacDisks(this.#kit)
    const gpus = this.#cards.get()
    const power = this.#power.get()
    const unknown: MachineSample['unknown'] = {
      ...sample.unknown,
      'cpu.frequency_mhz': 'not_supported',
    }
    if (networks === null) unknown['networks'] = 'failed'
    if (disks !== null) delete unknown['disks']
    if (gpus !== null) delete unknown['gpus']
    if (power !== null) delete unknown['power']
    if (power !== null && power.sensors.length > 0) delete unknown['sensors']
    const level = this.#library.thermalLevel()
    return {
      ...sample,
      cpu: {
        ...knownOf(sample.cpu),
        thermalPressure: level === null ? null : (THERMAL_PRESSURES[level] ?? null),
      },
      memory: this.#memory.read(),
      networks: networks ?? [],
      disks: disks ?? [],
      ...(disks === null || disks.length === 0 ? {} : sumOf(disks)),
      gpus: gpus ?? [],
      sensors: power?.sensors ?? [],
      power: { ...sample.power, onAc: power?.onAc ?? null, battery: power?.battery ?? null },
      unknown,
    }
  }

  async info(): Promise<MachineInfo> {
    const info = await this.#portable.info()
    const text = (name: string) => systemText(this.#library, name)
    const number = (name: string) => systemNumber(this.#library, name)
    const version = text('kern.osproductversion')
    const cores = number('hw.physicalcpu')
    return {
      ...info,
      os: { ...info.os, platform: 'darwin', name: version === null ? 'macOS' : `macOS ${version}` },
      bootId: text('kern.bootsessionuuid'),
      cpu: {
        ...info.cpu,
        model: text('machdep.cpu.brand_string') ?? info.cpu.model,
        sockets: number('hw.packages'),
        cores: cores === null ? null : Math.min(cores, info.cpu.threads),
      },
      board: {
        ...info.board,
        manufacturer: info.board.manufacturer ?? 'Apple',
        model: info.board.model ?? text('hw.model'),
      },
      capabilities: macCapabilities({
        isRoot: info.elevated,
        readsDisks: this.#kit !== null,
        hasCards: (this.#cards.get() ?? []).length > 0,
        hasBattery: this.#power.get()?.battery != null,
      }),
    }
  }

  close(): Promise<void> {
    return this.#portable.close()
  }
}

const sumOf = (disks: readonly DiskSample[]) => ({
  diskReadBytes: disks.reduce((sum, { readBytes }) => sum + readBytes, 0),
  diskWriteBytes: disks.reduce((sum, { writeBytes }) => sum + writeBytes, 0),
})

/**
 * Node has 0 for interrupts, which macOS counts with the system's time, and a fixed frequency, the nominal one on Intel
 * and a made one on Apple silicon.
 */
function knownOf(cpu: CpuSample): CpuSample {
  const irq = null
  return {
    ...cpu,
    total: { ...cpu.total, irq },
    cores: cpu.cores.map((core) => Object.assign(core, { irq })),
    frequencyMhz: new Map(),
  }
}

/** null on other systems and without koffi. */
export function createMacMachine(
  clock: Clock,
  world: Omit<MacWorld, 'library' | 'kit'>,
): MacMachine | null {
  const library = macLibrary()
  return library === null ? null : new MacMachine(clock, { ...world, library, kit: ioKit() })
}
