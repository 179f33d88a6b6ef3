import { cpus, totalmem, uptime } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type {
  CpuSample,
  DriveHealth,
  MachineInfo,
  MachineProvider,
  MachineSample,
} from '@taskmanager/platform'
import { compared, told, unknown, value, type Finding } from './report.ts'

const MIB = 1024 ** 2
const SAMPLES = 20

/** Two samples and what does not change; what Node.js knows as well is compared. */
export async function checkMachine(
  machine: MachineProvider,
  intervalMs: number,
): Promise<Finding[]> {
  const first = await machine.sample()
  await wait(intervalMs)
  const sample = await machine.sample()
  const info = await machine.info()
  return [
    told('provider', machine.constructor.name),
    ...infoFindings(info),
    ...cpuFindings(first, sample),
    ...memoryFindings(sample),
    ...deviceFindings(sample),
    ...Object.entries(sample.unknown).map(([field, why]) => unknown(field, why)),
    ...Object.entries(info.capabilities).map(([name, { available, reason }]) =>
      available
        ? told(`can ${name}`, reason ?? 'yes')
        : unknown(`can ${name}`, reason ?? 'no reason'),
    ),
    await cost(machine),
  ]
}

function infoFindings({ os, cpu, memory, board, virtualMachine }: MachineInfo): Finding[] {
  const caches = [cpu.l1Bytes, cpu.l2Bytes, cpu.l3Bytes].map((bytes) =>
    bytes === null ? '?' : `${Math.round(bytes / 1024)} KiB`,
  )
  const groups = cpu.groups?.map(
    ({ socket, numaNode, kind, cpus: list }) =>
      `${list.length} CPUs (socket ${socket ?? '?'}, node ${numaNode ?? '?'}, ${kind ?? 'one kind'})`,
  )
  return [
    value('system by the provider', os.name),
    value('CPU', cpu.model),
    told(
      'sockets, cores, logical CPUs',
      `${cpu.sockets ?? '?'}, ${cpu.cores ?? '?'}, ${cpu.threads}`,
    ),
    told('caches', caches.join(', ')),
    value('groups of CPUs', groups?.join('; ') ?? null),
    value('nominal frequency, MHz', cpu.baseMhz),
    told('memory modules', `${memory.modules.length}`),
    value('maker and model', [board.manufacturer, board.model].filter(Boolean).join(' ') || null),
    value('virtual machine', virtualMachine, 'none seen'),
  ]
}

/** Share of the time in which all CPUs were not idle, by the counters of two samples. */
function busyPercent(before: CpuSample, after: CpuSample, elapsedMs: number): number {
  const idle = after.total.idle + (after.total.iowait ?? 0)
  const idleBefore = before.total.idle + (before.total.iowait ?? 0)
  const all = (elapsedMs / 1000) * after.ticksPerSecond * after.cores.length
  return 100 - ((idle - idleBefore) / all) * 100
}

function cpuFindings(first: MachineSample, { cpu, monotonicMs, uptimeSeconds }: MachineSample) {
  const elapsedMs = monotonicMs - first.monotonicMs
  const sum = cpu.cores.reduce((total, core) => total + core.idle, 0)
  const second = cpu.ticksPerSecond
  const frequencies = [...cpu.frequencyMhz.values()]
  const modes = Object.entries(cpu.total)
    .map(([mode, ticks]) => `${mode} ${ticks === null ? '?' : Math.round(ticks / second)}`)
    .join(', ')
  return [
    compared('number of CPUs', {
      ours: cpu.cores.length,
      theirs: cpus().length,
      within: 0,
      unit: 'CPUs',
    }),
    // Each core of the file is rounded for itself.
    compared('idle time, all CPUs and the sum of the cores', {
      ours: cpu.total.idle / second,
      theirs: sum / second,
      within: 0.02 * cpu.cores.length + 1,
      unit: 's',
    }),
    ...(uptimeSeconds === null
      ? [unknown('time since boot', 'not told')]
      : [
          compared('time since boot', {
            ours: uptimeSeconds,
            theirs: uptime(),
            within: 2,
            unit: 's',
          }),
        ]),
    told('seconds since boot by mode', modes),
    told('busy in this interval', `${busyPercent(first.cpu, cpu, elapsedMs).toFixed(1)} %`),
    value(
      'frequencies, MHz',
      frequencies.length === 0
        ? null
        : `${Math.round(Math.min(...frequencies))} to ${Math.round(Math.max(...frequencies))}`,
    ),
    value('context switches since boot', cpu.contextSwitches),
    value('interrupts since boot', cpu.interrupts),
  ]
}

function memoryFindings({ memory }: MachineSample): Finding[] {
  const mib = (what: string, bytes: number | null) =>
    value(`${what}, MiB`, bytes === null ? null : Math.round(bytes / MIB))
  return [
    memory.totalBytes === null
      ? unknown('memory', 'not told')
      : compared('memory', {
          ours: memory.totalBytes / MIB,
          theirs: totalmem() / MIB,
          within: 1,
          unit: 'MiB',
        }),
    mib('available', memory.availableBytes),
    mib('cached', memory.cachedBytes),
    mib('committed', memory.committedBytes),
    mib('limit of it', memory.commitLimitBytes),
    mib('swap', memory.swapTotalBytes),
    mib('free of it', memory.swapFreeBytes),
  ]
}

function deviceFindings({ disks, filesystems, networks, gpus, sensors, power }: MachineSample) {
  const gib = (bytes: number | null) =>
    bytes === null ? '?' : `${(bytes / 1024 ** 3).toFixed(1)} GiB`
  return [
    ...disks.map(({ id, model, kind, sizeBytes, readBytes, writeBytes, busyMs }) =>
      told(
        `disk ${id}`,
        `${model ?? '?'}, ${kind}, ${gib(sizeBytes)}, read ${gib(readBytes)}, written ${gib(writeBytes)}, busy ${busyMs === null ? '?' : Math.round(busyMs / 1000)} s`,
      ),
    ),
    ...disks.map(({ id, health }) => healthOf(`health of ${id}`, health)),
    ...filesystems.map(({ type, disk, totalBytes, freeBytes }, index) =>
      told(
        `file system ${index + 1}`,
        `${type}, ${gib(freeBytes)} of ${gib(totalBytes)} free, on ${disk ?? 'no disk of the list'}`,
      ),
    ),
    ...networks.map(({ kind, counted, up, linkBitsPerSecond, recvBytes, sentBytes }, index) =>
      told(
        `interface ${index + 1}`,
        `${kind}, ${up === null ? '?' : up ? 'up' : 'down'}${counted ? ', counted' : ''}, ${linkBitsPerSecond === null ? '?' : linkBitsPerSecond / 1e6} Mbit/s, received ${gib(recvBytes)}, sent ${gib(sentBytes)}`,
      ),
    ),
    ...gpus.map(({ id, name, source, driver, usagePercent, memoryUsedBytes, processes, engines }) =>
      told(
        id,
        `${name ?? '?'} by ${source}, driver ${driver ?? '?'}, load ${usagePercent ?? '?'} %, memory ${gib(memoryUsedBytes)}, ${processes.length} programs, engines ${engines.map((engine) => engine.name).join(' ') || '?'}`,
      ),
    ),
    ...sensors.map(({ chip, kind, value: reading }, index) =>
      told(`sensor ${index + 1}`, `${chip}, ${kind}, ${reading ?? '?'}`),
    ),
    value('on mains', power.onAc === null ? null : String(power.onAc)),
    power.battery === null
      ? unknown('battery', 'none found')
      : told(
          'battery',
          `${power.battery.percent ?? '?'} %, ${power.battery.status ?? '?'}, ${power.battery.watts ?? '?'} W`,
        ),
  ]
}

function healthOf(what: string, health: DriveHealth | null): Finding {
  if (health?.state !== 'told' || health.facts === null)
    return unknown(what, health?.state ?? 'not asked yet')
  const { protocol, passed, complaints, temperatureCelsius, usedPercent } = health.facts
  const judgement = passed === null ? 'no judgement' : passed ? 'passed' : 'failing'
  return told(
    what,
    `${judgement} by ${protocol}, complaints ${complaints.join(' ') || 'none'}, ${temperatureCelsius ?? '?'} °C, ${usedPercent ?? '?'} % of its life used`,
  )
}

/** What a tick of the machine costs. */
async function cost(machine: MachineProvider): Promise<Finding> {
  const times: number[] = []
  for (let index = 0; index < SAMPLES; index++) {
    const startMs = performance.now()
    await machine.sample()
    times.push(performance.now() - startMs)
  }
  const median = times.toSorted((a, b) => a - b)[SAMPLES / 2] ?? 0
  return told(
    'one sample',
    `${median.toFixed(2)} ms, the longest ${Math.max(...times).toFixed(2)} ms`,
  )
}
