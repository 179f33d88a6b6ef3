import {
  arch,
  cpus,
  freemem,
  hostname,
  loadavg,
  networkInterfaces,
  release,
  totalmem,
  uptime,
  userInfo,
} from 'node:os'
import { BackgroundReading } from '../background-reading.ts'
import { readSlowInventory, type SlowInventory } from '../inventory/slow-inventory.ts'
import type {
  CpuSample,
  FilesystemSample,
  MachineProvider,
  MachineSample,
  MemorySample,
  NetworkSample,
} from '../machine.ts'
import type { MachineInfo } from '../machine-info.ts'
import type { Clock } from '../options.ts'
import { cleanName, cleanText } from '../text/clean.ts'
import { noMemory, portableCapabilities } from './machine-shapes.ts'

type SystemInformation = typeof import('systeminformation')

export interface PortableWorld {
  onError?: (source: string, error: unknown) => void
  load?: () => Promise<SystemInformation>
  /** Only file systems and disks are asked for: the rest is known better. */
  readsLittle?: boolean
}

/** libuv counts CPU time in milliseconds. */
const TICKS_PER_SECOND = 1000
const FIRST_WAIT_MS = 2000

/**
 * Windows and macOS until they have their own: CPU and memory from Node itself at each sample, the rest from
 * systeminformation on a slow clock, since each of its calls starts helper programs.
 */
export class PortableMachine implements MachineProvider {
  readonly #clock: Clock
  readonly #load: () => Promise<SystemInformation>
  readonly #filesystems: BackgroundReading<FilesystemSample[]>
  readonly #networks: BackgroundReading<NetworkSample[]>
  readonly #memory: BackgroundReading<Partial<MemorySample>>
  readonly #disks: BackgroundReading<{ read: number | null; write: number | null }>
  readonly #readings: readonly { poll(): Promise<void> | null }[]
  #loaded: Promise<SystemInformation> | null = null
  #inventory: SlowInventory | null = null
  #isFirst = true

  constructor(clock: Clock, world: PortableWorld = {}) {
    const { onError = () => {}, load = async () => (await import('systeminformation')).default } =
      world
    this.#clock = clock
    this.#load = load
    const every = <T>(name: string, everyMs: number, read: (si: SystemInformation) => Promise<T>) =>
      new BackgroundReading<T>({
        read: async () => read(await (this.#loaded ??= this.#load())),
        everyMs,
        staleAfterMs: everyMs * 4,
        clock,
        onError: (error) => onError(name, error),
      })
    this.#filesystems = every('file systems', 10_000, readFilesystems)
    this.#networks = every('networks', 5000, readNetworks)
    this.#memory = every('memory', 5000, readMemory)
    this.#disks = every('disks', 5000, readDisks)
    const more = world.readsLittle === true ? [] : [this.#networks, this.#memory]
    this.#readings = [this.#filesystems, this.#disks, ...more]
  }

  async sample(): Promise<MachineSample> {
    await this.#poll()
    const disks = this.#disks.get()
    const memory = { ...noMemory(), ...nodeMemory(), ...this.#memory.get() }
    return {
      monotonicMs: this.#clock.monotonicMs(),
      epochMs: this.#clock.epochMs(),
      uptimeSeconds: uptime(),
      cpu: readCpu(),
      memory,
      disks: [],
      diskReadBytes: disks?.read ?? null,
      diskWriteBytes: disks?.write ?? null,
      filesystems: this.#filesystems.get() ?? [],
      networks: this.#networks.get() ?? [],
      gpus: [],
      pressure: { cpu: null, memory: null, io: null },
      sensors: [],
      power: { onAc: null, battery: null, packageEnergy: null },
      unknown: {
        disks: 'not_supported',
        gpus: 'not_supported',
        pressure: 'not_supported',
        sensors: 'not_supported',
        power: 'not_supported',
        'cpu.temperature_celsius': 'not_supported',
        'memory.zram_original_bytes': 'not_supported',
      },
    }
  }

  async #poll(): Promise<void> {
    const running = this.#readings.map((reading) => reading.poll())
    if (!this.#isFirst) return
    this.#isFirst = false
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FIRST_WAIT_MS)
    })
    await Promise.race([Promise.all(running.filter((read) => read !== null)), enough])
    clearTimeout(timer)
  }

  async info(): Promise<MachineInfo> {
    const all = cpus()
    void this.#collect()
    const uid = process.geteuid?.() ?? null
    return {
      hostname: cleanName(hostname()),
      os: { platform: platformWord(), name: null, kernel: release(), architecture: arch() },
      bootTimeMs: Math.round(this.#clock.epochMs() - uptime() * 1000),
      bootId: null,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? null,
      user: cleanName(userInfo().username),
      uid,
      elevated: uid === 0,
      cpu: {
        model: all[0] === undefined ? null : cleanName(all[0].model.trim()),
        vendor: null,
        sockets: null,
        cores: null,
        threads: Math.max(1, all.length),
        baseMhz: null,
        maxMhz: null,
        l1Bytes: null,
        l2Bytes: null,
        l3Bytes: null,
        governor: null,
        driver: null,
        virtualization: null,
        numaNodes: null,
        groups: null,
      },
      memory: { totalBytes: totalmem(), modules: this.#inventory?.modules ?? [] },
      board: this.#inventory?.board ?? { manufacturer: null, model: null, bios: null },
      virtualMachine: null,
      container: null,
      limits: { cpuCount: null, memoryBytes: null },
      capabilities: portableCapabilities(uid === 0),
      inventoryComplete: this.#inventory !== null,
    }
  }

  #collecting: Promise<void> | null = null
  #collect(): Promise<void> {
    return (this.#collecting ??= this.#readInventory())
  }

  async #readInventory(): Promise<void> {
    this.#inventory = await readSlowInventory(() => (this.#loaded ??= this.#load()))
  }

  async close(): Promise<void> {
    this.#loaded = null
  }
}

function platformWord(): MachineInfo['os']['platform'] {
  const { platform } = process
  return platform === 'linux' || platform === 'win32' || platform === 'darwin' ? platform : 'other'
}

function readCpu(): CpuSample {
  const all = cpus()
  const unknown = { iowait: null, softirq: null, steal: null, guest: null }
  const cores = all.map(({ times }, index) => ({
    index,
    user: times.user,
    nice: process.platform === 'win32' ? null : times.nice,
    system: times.sys,
    idle: times.idle,
    irq: times.irq,
    ...unknown,
  }))
  const sum = (of: (core: (typeof cores)[number]) => number) =>
    cores.reduce((total, core) => total + of(core), 0)
  const loads = process.platform === 'win32' ? null : loadavg()
  return {
    ticksPerSecond: TICKS_PER_SECOND,
    total: {
      user: sum((core) => core.user),
      nice: process.platform === 'win32' ? null : sum((core) => core.nice ?? 0),
      system: sum((core) => core.system),
      idle: sum((core) => core.idle),
      irq: sum((core) => core.irq),
      ...unknown,
    },
    cores,
    // 0 on Apple silicon, where the system does not tell.
    frequencyMhz: new Map(
      all.flatMap(({ speed }, index) => (speed > 0 ? [[index, speed] as const] : [])),
    ),
    frequencyMaxMhz: null,
    loadAverage: loads === null ? null : [loads[0] ?? 0, loads[1] ?? 0, loads[2] ?? 0],
    temperatureCelsius: null,
    throttleEvents: null,
    contextSwitches: null,
    interrupts: null,
    forks: null,
    processesRunning: null,
    processesBlocked: null,
  }
}

const nodeMemory = () => ({
  totalBytes: totalmem(),
  availableBytes: freemem(),
  freeBytes: freemem(),
})

async function readMemory(si: SystemInformation): Promise<Partial<MemorySample>> {
  const memory = await si.mem()
  return {
    availableBytes: size(memory.available),
    freeBytes: size(memory.free),
    swapTotalBytes: size(memory.swaptotal),
    swapFreeBytes: size(memory.swapfree),
  }
}

async function readFilesystems(si: SystemInformation): Promise<FilesystemSample[]> {
  const byMount = new Map((await si.fsSize()).map((entry) => [entry.mount, entry]))
  return Array.from(byMount.values(), (entry) => ({
    mount: cleanText(entry.mount),
    device: cleanText(entry.fs),
    disk: null,
    type: entry.type,
    totalBytes: size(entry.size),
    freeBytes: size(entry.size - entry.used),
    availableBytes: size(entry.available),
    inodesTotal: null,
    inodesFree: null,
    readOnly: entry.rw === false,
    staleMs: null,
    staleReason: null,
  }))
}

async function readNetworks(si: SystemInformation): Promise<NetworkSample[]> {
  const own = networkInterfaces()
  return (await si.networkStats('*')).map((entry) => {
    const addresses = own[entry.iface] ?? []
    const loopback = addresses.some(({ internal }) => internal) || /^lo\d*$/.test(entry.iface)
    return {
      id: cleanName(entry.iface),
      kind: loopback ? 'loopback' : 'unknown',
      counted: !loopback,
      up: entry.operstate === 'up' ? true : entry.operstate === 'down' ? false : null,
      linkBitsPerSecond: null,
      signalDbm: null,
      mac: addresses[0]?.mac ?? null,
      addresses: addresses.map(({ cidr, address }) => cidr ?? address),
      recvBytes: size(entry.rx_bytes) ?? 0,
      sentBytes: size(entry.tx_bytes) ?? 0,
      recvPackets: null,
      sentPackets: null,
      errors: size(entry.rx_errors + entry.tx_errors) ?? 0,
      drops: size(entry.rx_dropped + entry.tx_dropped) ?? 0,
    }
  })
}

/** Bytes since boot; null where the system has no such counters (Windows). */
async function readDisks(
  si: SystemInformation,
): Promise<{ read: number | null; write: number | null }> {
  const stats = (await si.fsStats()) as Awaited<ReturnType<SystemInformation['fsStats']>> | null
  return { read: size(stats?.rx), write: size(stats?.wx) }
}

/** Its answers can be null, NaN or negative where a helper program said nothing. */
const size = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
