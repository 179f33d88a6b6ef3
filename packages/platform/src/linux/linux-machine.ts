import type { UnknownReason } from '@taskmanager/contracts'
import type { CpuSample, MachineProvider, MachineSample, PowerSample } from '../machine.ts'
import type { MachineInfo } from '../machine-info.ts'
import type { PlatformOptions } from '../options.ts'
import type { BlockDevice } from './block-devices.ts'
import { Disks } from './disks.ts'
import { FilesystemDisks } from './filesystem-disks.ts'
import { KeptFile } from './kept-file.ts'
import { LinuxInfo } from './linux-info.ts'
import { Memory } from './memory.ts'
import { Networks } from './networks.ts'
import { parseLoadavg } from './parse-pressure.ts'
import { parseProcStat, type ProcStat } from './parse-proc-stat.ts'
import { readPageSize } from './proc-world.ts'
import { PressureFiles } from './pressure.ts'
import { SlowReadings, type SlowWorld } from './slow-readings.ts'
import { ByteScanner } from './byte-scanner.ts'

/** USER_HZ, which is 100 on every architecture Node runs on. Source: time(7). */
const TICKS_PER_SECOND = 100

const NO_POWER: PowerSample = { onAc: null, battery: null, packageEnergy: null }

/** Linux: counters from `/proc` by kept descriptors at every sample, the slow rest beside it. */
export class LinuxMachine implements MachineProvider {
  readonly #options: PlatformOptions
  readonly #slow: SlowReadings
  readonly #info: LinuxInfo
  readonly #stat: KeptFile
  readonly #loadavg: KeptFile
  readonly #uptime: KeptFile
  readonly #memory: Memory
  readonly #disks: Disks
  readonly #networks: Networks
  readonly #pressure: PressureFiles
  readonly #filesystemDisks: FilesystemDisks

  constructor(options: PlatformOptions, world: SlowWorld = {}) {
    const { procRoot, sysRoot } = options
    this.#options = options
    this.#slow = new SlowReadings(options, world)
    this.#info = new LinuxInfo(options, this.#slow)
    this.#stat = new KeptFile(`${procRoot}/stat`)
    this.#loadavg = new KeptFile(`${procRoot}/loadavg`)
    this.#uptime = new KeptFile(`${procRoot}/uptime`)
    this.#memory = new Memory(procRoot, readPageSize(procRoot))
    this.#disks = new Disks(procRoot, sysRoot)
    this.#networks = new Networks(procRoot)
    this.#pressure = new PressureFiles(procRoot)
    this.#filesystemDisks = new FilesystemDisks(sysRoot)
  }

  /** @throws ProcParseError when `/proc/stat` has no CPU line: without it there is no machine to show. */
  async sample(): Promise<MachineSample> {
    await this.#slow.poll()
    const { clock } = this.#options
    const unknown: Record<string, UnknownReason> = {}
    const monotonicMs = clock.monotonicMs()
    const cpu = this.#cpu(unknown)
    const chips = this.#slow.sensors.get()
    const power = this.#slow.power.get() ?? NO_POWER
    const temperatureOf = (hwmon: string) =>
      chips?.byChip.get(hwmon.slice(hwmon.lastIndexOf('/') + 1)) ?? null
    const healthOf = (device: BlockDevice) => this.#slow.drives.get(device)
    const disks = this.#disks.read(monotonicMs, { temperatureOf, healthOf })
    void this.#slow.drives.poll(this.#disks.devices)
    const networks = this.#networks.read(this.#slow.links.get())
    const gpus = this.#slow.cards.get()
    if (disks === null) unknown['disks'] = 'not_permitted'
    if (networks === null) unknown['networks'] = 'not_permitted'
    if (gpus === null) unknown['gpus'] = 'failed'
    else if (gpus.length === 0) unknown['gpus'] = 'not_supported'
    this.#filesystemDisks.update(this.#disks.devices)
    return {
      monotonicMs,
      epochMs: clock.epochMs(),
      uptimeSeconds: this.#uptimeSeconds(),
      cpu,
      memory: this.#memory.read(this.#slow.zram.get(), this.#slow.nodes.get() ?? []),
      disks: disks ?? [],
      diskReadBytes: disks === null ? null : sum(disks.map(({ readBytes }) => readBytes)),
      diskWriteBytes: disks === null ? null : sum(disks.map(({ writeBytes }) => writeBytes)),
      filesystems: this.#slow.filesystems.read((mount) => this.#filesystemDisks.of(mount)),
      networks: networks ?? [],
      gpus: gpus ?? [],
      pressure: this.#pressure.read(),
      sensors: chips?.sensors ?? [],
      power,
      unknown,
    }
  }

  #cpu(unknown: Record<string, UnknownReason>): CpuSample {
    const read = this.#stat.read()
    if (read.kind !== 'ok') throw new Error(`/proc/stat cannot be read: ${read.kind}`)
    const stat: ProcStat = parseProcStat(this.#stat.bytes, this.#stat.length)
    const frequencies = this.#slow.frequencies.get()
    const temperature = this.#slow.sensors.get()?.cpuCelsius ?? null
    const online = new Set(stat.cores.map(({ index }) => index))
    const frequencyMhz = new Map(
      Array.from(frequencies?.byCpu ?? []).filter(([index]) => online.has(index)),
    )
    if (temperature === null) unknown['cpu.temperature_celsius'] = 'not_supported'
    if (frequencyMhz.size === 0) unknown['cpu.frequency_mhz'] = 'not_supported'
    return {
      ticksPerSecond: TICKS_PER_SECOND,
      total: stat.total,
      cores: stat.cores.toSorted((a, b) => a.index - b.index),
      frequencyMhz,
      frequencyMaxMhz: frequencies?.maxMhz ?? null,
      loadAverage:
        this.#loadavg.read().kind === 'ok'
          ? parseLoadavg(this.#loadavg.bytes, this.#loadavg.length)
          : null,
      temperatureCelsius: temperature,
      throttleEvents: frequencies?.throttleEvents ?? null,
      contextSwitches: stat.contextSwitches,
      interrupts: stat.interrupts,
      forks: stat.forks,
      processesRunning: stat.running,
      processesBlocked: stat.blocked,
    }
  }

  /** Source: proc_uptime(5). */
  #uptimeSeconds(): number | null {
    if (this.#uptime.read().kind !== 'ok') return null
    const seconds = new ByteScanner(this.#uptime.bytes, this.#uptime.length).decimal()
    return seconds < 0 ? null : seconds
  }

  info(): Promise<MachineInfo> {
    return this.#info.read()
  }

  async close(): Promise<void> {
    this.#slow.close()
    for (const part of [
      this.#stat,
      this.#loadavg,
      this.#uptime,
      this.#memory,
      this.#disks,
      this.#networks,
      this.#pressure,
    ]) {
      part.close()
    }
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
