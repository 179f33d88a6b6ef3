import { networkInterfaces } from 'node:os'
import type { AddressesOf } from '../../linux/network-links.ts'
import type { CpuSample, MachineProvider, MachineSample } from '../../machine.ts'
import type { MachineInfo } from '../../machine-info.ts'
import type { Clock } from '../../options.ts'
import { PortableMachine, type PortableWorld } from '../../portable/machine.ts'
import { macLibrary, type MacLibrary } from '../lib-system.ts'
import { systemNumber, systemText } from '../system-values.ts'
import { macCapabilities } from './mac-capabilities.ts'
import { MacMemory } from './mac-memory.ts'
import { MacNetworks } from './mac-networks.ts'

export interface MacWorld extends PortableWorld {
  library: MacLibrary
  addresses?: AddressesOf
}

/**
 * Memory, swap and networks by calls at each sample; CPU, file systems and the sum of the disks as everywhere.
 * Disks, cards, sensors and the battery are not read yet.
 */
export class MacMachine implements MachineProvider {
  readonly #library: MacLibrary
  readonly #portable: PortableMachine
  readonly #memory: MacMemory
  readonly #networks: MacNetworks

  constructor(clock: Clock, { library, addresses = networkInterfaces, ...world }: MacWorld) {
    this.#library = library
    this.#portable = new PortableMachine(clock, { ...world, readsLittle: true })
    this.#memory = new MacMemory(library)
    this.#networks = new MacNetworks(library, addresses)
  }

  async sample(): Promise<MachineSample> {
    const sample = await this.#portable.sample()
    const networks = this.#networks.read()
    return {
      ...sample,
      cpu: knownOf(sample.cpu),
      memory: this.#memory.read(),
      networks: networks ?? [],
      unknown: {
        ...sample.unknown,
        ...(networks === null ? { networks: 'failed' as const } : {}),
        'cpu.frequency_mhz': 'not_supported',
      },
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
      capabilities: macCapabilities(info.elevated),
    }
  }

  close(): Promise<void> {
    return this.#portable.close()
  }
}

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
  world: Omit<MacWorld, 'library'>,
): MacMachine | null {
  const library = macLibrary()
  return library === null ? null : new MacMachine(clock, { ...world, library })
}
