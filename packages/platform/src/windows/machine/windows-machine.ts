import { uptime } from 'node:os'
import type { UnknownReason } from '@taskmanager/contracts'
import type { DriveDoor } from '../../drives/drive-door.ts'
import { DriveHealths } from '../../drives/drive-healths.ts'
import type { Gpus } from '../../gpu/gpus.ts'
import type { AddressesOf } from '../../linux/network-links.ts'
import type { MachineCapability, MachineInfo } from '../../machine-info.ts'
import type {
  CoreTimes,
  CpuSample,
  CpuTimes,
  MachineProvider,
  MachineSample,
  MemorySample,
  PowerSample,
} from '../../machine.ts'
import type { Clock } from '../../options.ts'
import type { ReadResult } from '../../read-result.ts'
import { noMemory } from '../../portable/machine-shapes.ts'
import { openCounters } from './counter-query.ts'
import { CounterReadings } from './counter-readings.ts'
import { type DiskCalls, diskCalls } from './disk-calls.ts'
import { WindowsDisks } from './disks.ts'
import { type InterfaceCalls, interfaceCalls } from './interface-calls.ts'
import { type MachineCalls, machineCalls } from './machine-calls.ts'
import { WindowsNetworks } from './networks.ts'
import { CURRENT_PROCESS, tokenCalls } from '../tokens.ts'
import {
  parseMemoryStatus,
  parsePagingFiles,
  parsePerformanceInformation,
} from './parse-memory-status.ts'
import { parseBatteryWatts, parsePowerStatus, parseProcessorPower } from './parse-power-status.ts'
import { parseProcessorTimes } from './parse-processor-times.ts'
import { parseVersion } from './parse-version.ts'
import { parseContextSwitches } from './parse-system-counters.ts'
import { type Registry, windowsRegistry } from '../registry.ts'
import { unknownReason } from '../result-codes.ts'
import { windowsDoor } from './windows-door.ts'
import { windowsCapabilities } from './windows-capabilities.ts'
import { windowsGpus } from './windows-gpus.ts'
import { readWindowsInfo } from './windows-info.ts'
import { WindowsSlowReadings } from './windows-slow-readings.ts'

/** 100 ns. */
const TICKS_PER_SECOND = 10_000_000

/** By their names on the wire. */
const NEVER_TOLD = [
  'pressure',
  'cpu.temperature_celsius',
  'cpu.load_average',
  'cpu.throttled',
  'cpu.forks_per_second',
  'cpu.processes_running',
  'cpu.processes_blocked',
  'memory.free_bytes',
  'memory.zram_original_bytes',
]

/** What the machine is asked through; a machine of a test has its own. */
export interface WindowsWorld {
  calls: MachineCalls
  /** null: this system lacks the functions. */
  disks: DiskCalls | null
  /** How drives are asked for their health; null: there is no way. */
  drives: DriveDoor | null
  interfaces: InterfaceCalls | null
  registry: Registry | null
  gpus: Gpus
  counters: CounterReadings
  elevated: boolean
  addresses?: AddressesOf
  onError?: (source: string, error: unknown) => void
}

/** The one this service runs on. */
export function thisWindows(clock: Clock): WindowsWorld {
  return {
    calls: machineCalls(),
    disks: diskCalls(),
    drives: windowsDoor(),
    interfaces: interfaceCalls(),
    registry: windowsRegistry(),
    gpus: windowsGpus(clock),
    counters: new CounterReadings(openCounters),
    elevated: tokenCalls()?.isElevated(CURRENT_PROCESS) === true,
  }
}

/** Windows: counters by calls at every sample, what is slow beside it. No helper program is started. */
export class WindowsMachine implements MachineProvider {
  readonly #world: WindowsWorld
  readonly #clock: Clock
  readonly #disks: WindowsDisks | null
  readonly #healths: DriveHealths
  readonly #networks: WindowsNetworks | null
  readonly #slow: WindowsSlowReadings
  #hasBattery = false
  #cpuCount = 1
  #hasFrequency = false

  constructor(clock: Clock, world: WindowsWorld) {
    const { disks, interfaces, gpus, counters, addresses, onError = () => {} } = world
    this.#world = world
    this.#clock = clock
    this.#disks = disks === null ? null : new WindowsDisks(disks)
    this.#networks = interfaces === null ? null : new WindowsNetworks(interfaces, addresses)
    this.#healths = new DriveHealths({
      manners: {
        protocolOf: (id) => this.#disks?.protocolOf(id) ?? null,
        isAsleep: () => false, // nobody tells without asking; ATA drives are asked for that first
      },
      clock,
      door: world.drives,
      daemon: null,
      onError: (error) => onError('drive health', error),
    })
    const parts = { disks: this.#disks, networks: this.#networks, gpus, counters }
    this.#slow = new WindowsSlowReadings(parts, clock, onError)
  }

  /** @throws when the CPU times cannot be read: without them there is no machine to show. */
  async sample(): Promise<MachineSample> {
    await this.#slow.poll()
    const unknown: Record<string, UnknownReason> = Object.fromEntries(
      NEVER_TOLD.map((field) => [field, 'not_supported']),
    )
    const monotonicMs = this.#clock.monotonicMs()
    const cpu = this.#cpu(unknown)
    const memory = this.#memory(unknown)
    if (this.#disks !== null) void this.#healths.poll(this.#disks.known)
    const disks = this.#disks?.read((id) => this.#healths.get({ id })) ?? []
    const networks = this.#networks?.read() ?? []
    const gpus = this.#slow.cards.get()
    const { sensors = [], missing = null } = this.#slow.counters.get() ?? {}
    if (disks.length === 0) unknown['disks'] = this.#disks?.missing ?? 'not_supported'
    if (networks.length === 0) unknown['networks'] = this.#networks?.missing ?? 'not_supported'
    if (sensors.length === 0) unknown['sensors'] = missing ?? 'not_supported'
    if (gpus === null) unknown['gpus'] = 'failed'
    else if (gpus.length === 0) unknown['gpus'] = 'not_supported'
    return {
      monotonicMs,
      epochMs: this.#clock.epochMs(),
      uptimeSeconds: uptime(),
      cpu,
      memory,
      disks,
      diskReadBytes: sumOrNull(disks.map(({ readBytes }) => readBytes)),
      diskWriteBytes: sumOrNull(disks.map(({ writeBytes }) => writeBytes)),
      filesystems: [
        ...(this.#slow.localVolumes.get() ?? []),
        ...(this.#slow.networkVolumes.get() ?? []),
      ],
      networks,
      gpus: gpus ?? [],
      pressure: { cpu: null, memory: null, io: null },
      sensors,
      power: this.#power(unknown),
      unknown,
    }
  }

  #cpu(unknown: Record<string, UnknownReason>): CpuSample {
    const { calls } = this.#world
    const answer = calls.processorTimes()
    if (answer.kind !== 'ok')
      throw new Error(`Windows does not tell the times of the CPUs (${answer.kind}).`)
    const cores: CoreTimes[] = []
    let interrupts: number | null = null
    for (const group of answer.value) {
      const times = parseProcessorTimes(group, cores.length)
      cores.push(...times.cores)
      if (times.interrupts !== null) interrupts = (interrupts ?? 0) + times.interrupts
    }
    if (cores.length === 0) throw new Error('Windows tells of no CPU.')
    this.#cpuCount = cores.length
    const counters = calls.systemCounters()
    const contextSwitches = counters.kind === 'ok' ? parseContextSwitches(counters.value) : null
    if (contextSwitches === null)
      unknown['cpu.context_switches_per_second'] =
        counters.kind === 'ok' ? 'not_reported' : unknownReason(counters)
    if (interrupts === null) unknown['cpu.interrupts_per_second'] = 'not_reported'
    const { frequencyMhz, maxMhz } = this.#frequencies()
    if (frequencyMhz.size === 0) unknown['cpu.frequency_mhz'] = 'not_supported'
    this.#hasFrequency = frequencyMhz.size > 0
    return {
      ticksPerSecond: TICKS_PER_SECOND,
      total: totalOf(cores),
      cores,
      frequencyMhz,
      frequencyMaxMhz: maxMhz,
      loadAverage: null,
      temperatureCelsius: null,
      throttleEvents: null,
      contextSwitches,
      interrupts,
      forks: null,
      processesRunning: null,
      processesBlocked: null,
    }
  }

  /** The nominal frequency with its share of now, which knows turbo; else what the power manager says. */
  #frequencies(): { frequencyMhz: ReadonlyMap<number, number>; maxMhz: number | null } {
    const answer = this.#world.calls.processorPower(this.#cpuCount)
    if (answer.kind !== 'ok') return { frequencyMhz: new Map(), maxMhz: null }
    const { frequencyMhz, maxMhz } = parseProcessorPower(answer.value)
    const shares = this.#slow.counters.get()?.performancePercent
    if (maxMhz === null || shares === undefined || shares.size !== this.#cpuCount)
      return { frequencyMhz, maxMhz }
    const now = Array.from(shares, ([cpu, percent]) => [cpu, (maxMhz * percent) / 100] as const)
    return { frequencyMhz: new Map(now), maxMhz }
  }

  #memory(unknown: Record<string, UnknownReason>): MemorySample {
    const { calls } = this.#world
    const status = calls.memoryStatus()
    const information = calls.performanceInformation()
    const told = status.kind === 'ok' ? parseMemoryStatus(status.value) : null
    const more = information.kind === 'ok' ? parsePerformanceInformation(information.value) : null
    if (status.kind !== 'ok') unknown['memory'] = unknownReason(status)
    const paging = calls.pagingFiles()
    if (paging.kind !== 'ok') unknown['memory.swap_total_bytes'] = unknownReason(paging)
    const files =
      paging.kind === 'ok' && more !== null ? parsePagingFiles(paging.value, more.pageBytes) : null
    return {
      ...noMemory(),
      ...told,
      cachedBytes: more?.cacheBytes || null,
      committedBytes: more?.committedBytes ?? told?.committedBytes ?? null,
      commitLimitBytes: more?.commitLimitBytes ?? told?.commitLimitBytes ?? null,
      swapTotalBytes: files?.totalBytes ?? null,
      swapFreeBytes: files === null ? null : files.totalBytes - files.usedBytes,
    }
  }

  #power(unknown: Record<string, UnknownReason>): PowerSample {
    const { calls } = this.#world
    const answer = calls.powerStatus()
    if (answer.kind !== 'ok') unknown['power'] = unknownReason(answer)
    const status = answer.kind === 'ok' ? parsePowerStatus(answer.value) : null
    this.#hasBattery = status !== null && status.battery !== null
    // Without a battery it can be nothing else than on mains.
    if (status === null || status.battery === null)
      return { onAc: null, battery: null, packageEnergy: null }
    const state = calls.batteryState()
    return {
      onAc: status.onAc,
      battery: {
        ...status.battery,
        watts: state.kind === 'ok' ? parseBatteryWatts(state.value) : null,
        healthPercent: null,
        cycles: null,
      },
      packageEnergy: null,
    }
  }

  async info(): Promise<MachineInfo> {
    const { calls, registry, elevated } = this.#world
    const world = { calls, registry, clock: this.#clock, elevated }
    return readWindowsInfo(world, this.#capabilities())
  }

  #capabilities(): Record<string, MachineCapability> {
    return windowsCapabilities({
      elevated: this.#world.elevated,
      gpu: this.#world.gpus.capability(),
      driveHealth: this.#healths.capability(),
      hasDisks: (this.#disks?.count ?? 0) > 0,
      hasSensors: (this.#slow.counters.get()?.sensors.length ?? 0) > 0,
      hasCounters: this.#slow.counters.get()?.missing == null,
      hasBattery: this.#hasBattery,
      hasFrequency: this.#hasFrequency,
      hasEfficiency: hasEfficiency(this.#world.calls.version()),
    })
  }

  async close(): Promise<void> {
    this.#disks?.close()
    this.#world.gpus.close()
    this.#world.counters.close()
  }
}

/** The first build with power throttling of single programs. */
const WITH_EFFICIENCY = 16_299

function hasEfficiency(version: ReadResult<Buffer>): boolean {
  const build = version.kind === 'ok' ? parseVersion(version.value)?.build : undefined
  return build !== undefined && build >= WITH_EFFICIENCY
}

/** All cores are counted alike here, so their sum is as exact as they are. */
function totalOf(cores: readonly CoreTimes[]): CpuTimes {
  const sum = (of: (core: CoreTimes) => number | null) =>
    cores.reduce((total, core) => total + (of(core) ?? 0), 0)
  return {
    user: sum((core) => core.user),
    nice: null,
    system: sum((core) => core.system),
    idle: sum((core) => core.idle),
    iowait: null,
    irq: sum((core) => core.irq),
    softirq: sum((core) => core.softirq),
    steal: null,
    guest: null,
  }
}

const sumOrNull = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
