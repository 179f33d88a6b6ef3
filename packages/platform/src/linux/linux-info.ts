import { hostname, release } from 'node:os'
import path from 'node:path'
import { hasIoPriority } from '../control/pidfd.ts'
import { koffiOrNull } from '../ffi.ts'
import { joinBoards } from '../inventory/join-boards.ts'
import { readSlowInventory, type SlowInventory } from '../inventory/slow-inventory.ts'
import type { BoardInfo, MachineCapability, MachineInfo } from '../machine-info.ts'
import type { PlatformOptions } from '../options.ts'
import { ownUserName } from '../own-user.ts'
import { cleanName } from '../text/clean.ts'
import { readLimits } from './cgroup-limits.ts'
import { readCpuInfo, readGovernor, readOnlineCpus } from './cpu-topology.ts'
import { parseOsRelease } from './os-release.ts'
import { readBootSeconds } from './proc-world.ts'
import { ownRights, type Rights } from './rights.ts'
import type { SlowReadings } from './slow-readings.ts'
import { list, readLines, readText } from './sysfs.ts'
import { readContainer, readVirtualMachine } from './virtualization.ts'

type FixedInfo = Omit<
  MachineInfo,
  'hostname' | 'bootTimeMs' | 'cpu' | 'memory' | 'limits' | 'capabilities' | 'inventoryComplete'
> & {
  fixedCapabilities: Record<string, MachineCapability>
}

/** What does not change is read once, the CPUs when others are online; the rest, a few small files, at each call. */
export class LinuxInfo {
  readonly #options: PlatformOptions
  readonly #slow: SlowReadings
  #fixed: Promise<FixedInfo> | null = null
  #cpus: { online: string | null; info: ReturnType<typeof readCpuInfo> } | null = null
  #inventory: SlowInventory | null = null
  #collecting = false

  constructor(options: PlatformOptions, slow: SlowReadings) {
    this.#options = options
    this.#slow = slow
  }

  async read(): Promise<MachineInfo> {
    this.#fixed ??= readFixed(this.#options).catch((error: unknown) => {
      this.#fixed = null // read again at the next call
      throw error
    })
    const { procRoot, sysRoot } = this.#options
    const { fixedCapabilities, ...fixed } = await this.#fixed
    const online = await readOnlineCpus(sysRoot)
    const cpu = { ...(await this.#cpuInfo(online)), governor: await readGovernor(sysRoot, online) }
    const totalBytes = await readTotalBytes(procRoot)
    const host = { cpuCount: cpu.threads, memoryBytes: totalBytes }
    this.#collectInventory()
    const inventory = this.#inventory
    const bootSeconds = readBootSeconds(procRoot)
    return {
      ...fixed,
      hostname:
        (await readText(path.join(procRoot, 'sys/kernel/hostname'))) ?? cleanName(hostname()),
      cpu,
      limits: fixed.container === null ? NO_LIMITS : await readLimits(procRoot, sysRoot, host),
      bootTimeMs: bootSeconds === null ? null : bootSeconds * 1000,
      board: joinBoards(fixed.board, inventory?.board ?? null),
      memory: { totalBytes, modules: inventory?.modules ?? [] },
      capabilities: { ...fixedCapabilities, ...this.#slowCapabilities() },
      inventoryComplete: inventory !== null,
    }
  }

  #cpuInfo(online: string | null): ReturnType<typeof readCpuInfo> {
    if (this.#cpus?.online === online) return this.#cpus.info
    const { procRoot, sysRoot } = this.#options
    const info = readCpuInfo(procRoot, sysRoot, online).catch((error: unknown) => {
      this.#cpus = null // read again at the next call
      throw error
    })
    this.#cpus = { online, info }
    return info
  }

  /** Once, beside everything else. A recorded machine has no such inventory: it would be this one's. */
  #collectInventory() {
    if (this.#collecting) return
    this.#collecting = true
    const none: SlowInventory = { modules: [], board: null }
    if (this.#options.procRoot !== '/proc') this.#inventory = none
    else void readSlowInventory().then((inventory) => (this.#inventory = inventory))
  }

  #slowCapabilities(): Record<string, MachineCapability> {
    const sensors = this.#slow.sensors.get()
    const power = this.#slow.power.get()
    const has = (found: boolean, reason: string) => ({
      available: found,
      reason: found ? null : reason,
    })
    return {
      gpu: this.#slow.gpus.capability(),
      sensors: has(
        (sensors?.sensors.length ?? 0) > 0,
        'This machine shows no sensors, as most virtual machines do.',
      ),
      cpu_temperature: has(
        sensors?.cpuCelsius != null,
        'No temperature sensor of the CPU was found.',
      ),
      cpu_frequency: has(
        (this.#slow.frequencies.get()?.byCpu.size ?? 0) > 0,
        'The kernel does not tell the frequency of the CPU here.',
      ),
      drive_health: this.#slow.drives.capability(),
      battery: has(power?.battery != null, 'No battery was found.'),
      package_power: has(
        power?.packageEnergy != null,
        'The energy counter of the CPU (RAPL) is missing or only administrators may read it.',
      ),
    }
  }
}

const NO_LIMITS = { cpuCount: null, memoryBytes: null }

/** It grows when a virtual machine is given more. Source: `MemTotal` of proc_meminfo(5). */
async function readTotalBytes(procRoot: string): Promise<number | null> {
  const meminfo = await readLines(path.join(procRoot, 'meminfo'))
  const totalKib = /^MemTotal:\s*(\d{1,15}) kB$/m.exec(meminfo)?.[1]
  return totalKib === undefined ? null : Number(totalKib) * 1024
}

async function readFixed(options: PlatformOptions): Promise<FixedInfo> {
  const { procRoot, sysRoot, etcRoot } = options
  const isLive = procRoot === '/proc'
  const rights = ownRights()
  return {
    os: {
      platform: 'linux',
      name: parseOsRelease(await readLines(path.join(etcRoot, 'os-release'))),
      kernel:
        (await readText(path.join(procRoot, 'sys/kernel/osrelease'))) ??
        (isLive ? release() : null),
      architecture: process.arch,
    },
    bootId: await readText(path.join(procRoot, 'sys/kernel/random/boot_id')),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? null,
    user: ownUserName(),
    uid: process.geteuid?.() ?? null,
    elevated: rights.control,
    board: await readBoard(sysRoot),
    virtualMachine: await readVirtualMachine(procRoot, sysRoot),
    container: await readContainer(procRoot, isLive ? '/' : path.join(procRoot, '..')),
    fixedCapabilities: await readCapabilities(procRoot, rights),
  }
}

/** Source: sysfs-class-dmi of the kernel's ABI documents; device trees have the model alone. */
async function readBoard(sysRoot: string): Promise<BoardInfo> {
  const dmi = path.join(sysRoot, 'class/dmi/id')
  const first = async (...files: string[]) => {
    for (const file of files) {
      const text = await readText(path.join(dmi, file))
      if (text !== null && !PLACEHOLDER.test(text)) return cleanName(text)
    }
    return null
  }
  const tree = await readText(path.join(sysRoot, 'firmware/devicetree/base/model'))
  return {
    manufacturer: await first('sys_vendor', 'board_vendor'),
    model: (await first('product_name', 'board_name')) ?? (tree?.replaceAll('\u2400', '') || null),
    bios: await first('bios_version'),
  }
}

/** What makers leave in the tables when they fill in nothing. */
const PLACEHOLDER =
  /^(?:to be filled|system manufacturer|system product name|default string|not specified|o\.e\.m)/i

const NEEDS_ELEVATION =
  'This service runs as an ordinary user. To act on processes of other users, stop Task Manager Pro and start it with ' +
  '"npm start -- --elevated-stats"; or install the system service once with "npm run system-stats -- install" and ' +
  'start with "npm start -- --system-stats".'

async function readCapabilities(
  procRoot: string,
  { control, details }: Rights,
): Promise<Record<string, MachineCapability>> {
  const hasFfi = koffiOrNull() !== null
  const pressure = (await list(path.join(procRoot, 'pressure'))).length > 0
  const works = (available: boolean, reason: string) => ({
    available,
    reason: available ? null : reason,
  })
  return {
    control: { available: true, reason: null },
    elevation: works(control, NEEDS_ELEVATION),
    process_io: works(
      details,
      'The disk activity of processes of other users may be read by a service that runs as root.',
    ),
    asked_figures: {
      available: true,
      reason: details
        ? null
        : 'The open files of processes of other users may be read by a service that runs as root.',
    },
    network_use: hasFfi
      ? {
          available: true,
          reason: details
            ? null
            : 'The network traffic of processes of other users may be read by a service that runs as root.',
        }
      : works(
          false,
          'Telling which program uses the network needs the foreign function library (koffi).',
        ),
    pressure: works(
      pressure,
      'This kernel does not count waiting (pressure stall information is off or missing).',
    ),
    io_priority: works(
      hasIoPriority(),
      'Changing the disk priority needs the foreign function library, on x64 or arm64.',
    ),
    foreign_functions: works(
      hasFfi,
      'The foreign function library (koffi) has no binary for this system; files are read instead.',
    ),
  }
}
