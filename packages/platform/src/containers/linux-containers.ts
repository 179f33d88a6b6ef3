import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { ContainerState, UnknownReason } from '@taskmanager/contracts'
import { readTargetOrNull } from '../control/target-facts.ts'
import type { HostSize } from '../linux/cgroup-limits.ts'
import { containerOfPath, type ContainerPlace } from '../linux/container-path.ts'
import { systemdPath } from '../linux/parse-cgroup.ts'
import { readBootEpochMs, sinceBoot } from '../linux/proc-world.ts'
import { formatStartId, readBootId, readClockTicksPerSecond } from '../linux/start-id.ts'
import { readLines } from '../linux/sysfs.ts'
import type { PlatformOptions } from '../options.ts'
import { readResultOf } from '../read-result.ts'
import { SlicedWork } from '../sliced-work.ts'
import { readCgroupFigures } from './cgroup-figures.ts'
import type { ContainerRecords } from './container-records.ts'
import type {
  ContainerRecord,
  ContainerSample,
  ContainersProvider,
  ContainersSample,
} from './containers-provider.ts'
import { readNamespaceTraffic } from './namespace-traffic.ts'
import { countWithChildren } from './podman-monitors.ts'

interface Running {
  place: ContainerPlace
  /** The `cgroup` file of its first process. */
  cgroup: string
  processes: number
  /** The one that began first. */
  leader: { pid: number; starttimeTicks: number }
}

/** Containers by the cgroups of processes; what engines tell of them comes from their records. */
export class LinuxContainers implements ContainersProvider {
  readonly #options: PlatformOptions
  readonly #records: ContainerRecords
  readonly #bootId: string
  readonly #ticksPerSecond: number

  constructor(options: PlatformOptions, records: ContainerRecords) {
    this.#options = options
    this.#records = records
    this.#bootId = readBootId(options.procRoot)
    this.#ticksPerSecond = readClockTicksPerSecond(options.procRoot)
  }

  async sample(): Promise<ContainersSample> {
    const { clock } = this.#options
    const running = await this.#running()
    await this.#records.refresh(
      [...running.values()].map(({ place, leader }) => ({ ...place, pid: leader.pid })),
    )
    const monotonicMs = clock.monotonicMs()
    const host = await this.#hostSize()
    const seen = await Promise.all([...running.values()].map((each) => this.#present(each, host)))
    const rest = [...this.#records.all].filter(([id]) => !running.has(id))
    const leaders = await this.#records.withoutCgroup((id) => running.has(id))
    const others = rest.map(([id, record]) => this.#presentAlone(id, record, leaders.get(id)))
    return {
      containers: [...seen, ...others],
      notes: this.#records.notes,
      monotonicMs,
      epochMs: clock.epochMs(),
    }
  }

  /** By shown id. */
  async #running(): Promise<Map<string, Running>> {
    const { procRoot } = this.#options
    const running = new Map<string, Running>()
    const work = new SlicedWork()
    for (const name of readdirSync(procRoot)) {
      if (!/^[1-9]\d*$/.test(name)) continue
      await work.goesOn()
      const cgroup = textOrEmpty(path.join(procRoot, name, 'cgroup'))
      const place = containerOfPath(systemdPath(cgroup) ?? '')
      const starttimeTicks = place === null ? null : startOf(procRoot, Number(name))
      if (place === null || starttimeTicks === null) continue
      const leader = { pid: Number(name), starttimeTicks }
      const known = running.get(place.id)
      if (known === undefined) running.set(place.id, { place, cgroup, processes: 1, leader })
      else {
        known.processes++
        if (starttimeTicks < known.leader.starttimeTicks) Object.assign(known, { leader, cgroup })
      }
    }
    await work.pause()
    return running
  }

  async #present(running: Running, host: HostSize): Promise<ContainerSample> {
    const { place, cgroup, processes, leader } = running
    const { procRoot, sysRoot } = this.#options
    const record = this.#records.all.get(place.id)
    const { isFrozen, ...figures } = await readCgroupFigures(sysRoot, cgroup, host)
    const network = readNamespaceTraffic(procRoot, leader.pid)
    return {
      id: place.id,
      engine: place.engine ?? record?.engine ?? null,
      name: record?.name ?? null,
      image: record?.image ?? null,
      state: isFrozen ? 'paused' : 'running',
      processes,
      leader: this.#leader(leader),
      ...figures,
      network,
      unknown: reasons({
        name: record?.name == null && 'not_reported',
        image:
          record?.image == null && (place.engine === 'nspawn' ? 'not_supported' : 'not_reported'),
        memory_bytes: figures.memoryBytes === null && 'not_reported',
        tasks: figures.tasks === null && 'not_reported',
        network: network === null && 'not_reported',
      }),
    }
  }

  /** One without a cgroup of its own: nothing is charged to it alone, and nothing limits it alone. */
  #presentAlone(id: string, record: ContainerRecord, pid: number | undefined): ContainerSample {
    const { procRoot } = this.#options
    const starttimeTicks = pid === undefined ? null : startOf(procRoot, pid)
    if (pid === undefined || starttimeTicks === null) return atRest(id, record)
    const network = readNamespaceTraffic(procRoot, pid)
    return {
      ...atRest(id, record),
      state: 'running',
      processes: countWithChildren(procRoot, pid),
      leader: this.#leader({ pid, starttimeTicks }),
      network,
      unknown: reasons({
        memory_bytes: 'not_supported',
        tasks: 'not_supported',
        network: network === null && 'not_reported',
      }),
    }
  }

  #leader({ pid, starttimeTicks }: Running['leader']): ContainerSample['leader'] {
    const sinceBootMs = (starttimeTicks * 1000) / this.#ticksPerSecond
    return {
      pid,
      startId: formatStartId(this.#bootId, starttimeTicks),
      startedAtMs: sinceBoot(readBootEpochMs(this.#options), sinceBootMs),
    }
  }

  async #hostSize(): Promise<HostSize> {
    const { procRoot } = this.#options
    const cpus = (await readLines(path.join(procRoot, 'stat'))).match(/^cpu\d+ /gm)?.length ?? 1
    const meminfo = await readLines(path.join(procRoot, 'meminfo'))
    const kib = /^MemTotal:\s*(\d{1,15}) kB$/m.exec(meminfo)?.[1]
    return { cpuCount: cpus, memoryBytes: kib === undefined ? null : Number(kib) * 1024 }
  }
}

/** One that an engine knows and that has no process. */
function atRest(id: string, { engine, name, image, state }: ContainerRecord): ContainerSample {
  const figures = ['memory_bytes', 'tasks', 'network', 'started_at_ms'] as const
  // What its engine wrote last may be older than its end.
  const isEnded: ContainerState[] = ['created', 'dead', 'restarting']
  return {
    id,
    engine,
    name,
    image,
    state: state !== null && isEnded.includes(state) ? state : 'stopped',
    processes: 0,
    leader: null,
    memoryBytes: null,
    memoryLimitBytes: null,
    cpuLimitCount: null,
    periods: null,
    tasks: null,
    tasksLimit: null,
    network: null,
    unknown: Object.fromEntries(figures.map((field) => [field, 'gone'])),
  }
}

function reasons(
  fields: Readonly<Record<string, UnknownReason | false>>,
): Readonly<Record<string, UnknownReason>> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, UnknownReason] => entry[1] !== false),
  )
}

/** Clock ticks after boot; null: it has ended, or its numbers are not understood. */
const startOf = (procRoot: string, pid: number): number | null =>
  readTargetOrNull(procRoot, pid)?.starttimeTicks ?? null

function textOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    readResultOf(error)
    return ''
  }
}
