import { constants } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import type { ContainerEngine } from '@taskmanager/contracts'
import type { Clock } from '../options.ts'
import { readResultOf, type ReadResult } from '../read-result.ts'
import { FileRefusal, readSmallFile } from '../small-file.ts'
import type { ContainerRecord } from './containers-provider.ts'
import { askEngine } from './engine-socket.ts'
import { readOwnHostname } from './own-hostname.ts'
import { readPodmanLeaders } from './podman-monitors.ts'
import {
  parseDockerConfig,
  parseEngineList,
  parseOciConfig,
  parsePodmanContainers,
} from './parse-records.ts'

/** Where engines keep what they know. Absent ones tell nothing. */
export interface EngineFiles {
  procRoot: string
  /** Directory of docker with one directory by container. */
  docker: string
  /** Of the API of docker. */
  dockerSocket: readonly string[]
  /** Storage of podman, of root and of the user. */
  podman: readonly string[]
  /** What podman keeps while containers run, of root and of the user. */
  podmanRun: readonly string[]
  /** Directories of containers that run, each with its OCI `config.json` under `<id>/` and this. */
  bundles: readonly (readonly [directory: string, below: string])[]
}

/** A container that was seen by its cgroup. */
export interface SeenContainer {
  id: string
  fullId: string
  engine: ContainerEngine | null
  /** Any of its processes. */
  pid: number
}

/** Names change rarely, and asking an engine costs it work. */
const EVERY_MS = 10_000
const MOST_CONTAINERS = 1000

const PODMAN_DRIVERS = ['overlay', 'vfs', 'btrfs', 'zfs']
const PODMAN_LISTS = ['containers.json', 'volatile-containers.json']

/**
 * Names, images and states of containers, from the files of their engines; of docker by its socket where its files may
 * not be read and one of its containers runs. No engine is started for it: the socket of podman would start one, so it
 * is left alone. Read anew every ten seconds, and at once for a container that comes new.
 */
export class ContainerRecords {
  readonly #files: EngineFiles
  readonly #clock: Clock
  #records: ReadonlyMap<string, ContainerRecord> = new Map()
  #asked: ReadonlySet<string> = new Set()
  #atMs: number | null = null
  #running: Promise<void> | null = null
  #notes: readonly string[] = []
  /** Grows when a name has changed. */
  version = 0

  constructor(files: EngineFiles, clock: Clock) {
    this.#files = files
    this.#clock = clock
  }

  /** By shown id. */
  get all(): ReadonlyMap<string, ContainerRecord> {
    return this.#records
  }

  /** Why something is not known, in sentences. */
  get notes(): readonly string[] {
    return this.#notes
  }

  nameOf(id: string): string | null {
    return this.#records.get(id)?.name ?? null
  }

  /**
   * Containers of podman that run without a cgroup of their own (`--cgroups=disabled`, and those of a user under version
   * 1): pids of their first processes by shown id.
   */
  async withoutCgroup(isSeen: (id: string) => boolean): Promise<Map<string, number>> {
    const wanted = [...this.#records].filter(
      ([id, { engine }]) => engine === 'podman' && !isSeen(id),
    )
    if (wanted.length === 0) return new Map()
    const ids = new Map(wanted.map(([id, { fullId }]) => [fullId, id]))
    const directories = this.#files.podmanRun.flatMap((run) =>
      PODMAN_DRIVERS.map((driver) => path.join(run, `${driver}-containers`)),
    )
    const leaders = await readPodmanLeaders(directories, this.#files.procRoot, (fullId) =>
      ids.has(fullId),
    )
    return new Map([...leaders].map(([fullId, pid]) => [ids.get(fullId) ?? fullId, pid]))
  }

  /** Reads anew where it is due. */
  async refresh(seen: readonly SeenContainer[]): Promise<void> {
    const now = this.#clock.monotonicMs()
    const isNew = seen.some(({ id }) => !this.#asked.has(id))
    if (!isNew && this.#atMs !== null && now - this.#atMs < EVERY_MS) return
    this.#running ??= this.#read(seen).finally(() => (this.#running = null))
    await this.#running
  }

  async #read(seen: readonly SeenContainer[]): Promise<void> {
    const notes: string[] = []
    const found = [
      ...(await this.#podman()),
      ...(await this.#docker(seen, notes)),
      ...(await this.#bundles(seen)),
    ]
    const records = new Map(found.map((record) => [shownId(record), record]))
    for (const each of seen) {
      if (records.get(each.id)?.name != null) continue
      const name = await this.#plainName(each)
      const known = records.get(each.id) ?? { ...each, image: null, state: null }
      if (name !== null) records.set(each.id, { ...known, name })
    }
    if (namesOf(records) !== namesOf(this.#records)) this.version++
    this.#records = records
    this.#asked = new Set(seen.map(({ id }) => id))
    this.#notes = notes
    this.#atMs = this.#clock.monotonicMs()
  }

  /** Where an engine knows containers by name only, that; else the host name it was given. */
  async #plainName({ id, fullId, engine, pid }: SeenContainer): Promise<string | null> {
    if (engine === 'lxc' || engine === 'nspawn') return id
    const name = await readOwnHostname(this.#files.procRoot, pid)
    const isOfNobody = name === null || name === 'localhost' || name === hostname()
    return isOfNobody || fullId.startsWith(name) ? null : name
  }

  async #docker(seen: readonly SeenContainer[], notes: string[]): Promise<ContainerRecord[]> {
    const directory = await names(this.#files.docker)
    if (directory.kind === 'ok') {
      const files = directory.value.map((id) => path.join(this.#files.docker, id, 'config.v2.json'))
      const texts = await Promise.all(files.map(readText))
      return texts.flatMap((text) =>
        text.kind === 'ok' ? (parseDockerConfig(text.value) ?? []) : [],
      )
    }
    // Whoever connects to a socket that systemd holds starts the engine behind it.
    if (!seen.some(({ engine }) => engine === 'docker')) return []
    for (const socket of this.#files.dockerSocket) {
      const answer = await askEngine(socket)
      if (answer.kind === 'ok') return parseEngineList(answer.value)
      if (answer.kind === 'denied') notes.push(DOCKER_DENIED)
      if (answer.kind === 'failed') notes.push(DOCKER_SILENT)
    }
    if (notes.length === 0 && directory.kind === 'denied') notes.push(DOCKER_DENIED)
    return []
  }

  async #podman(): Promise<ContainerRecord[]> {
    const files = this.#files.podman.flatMap((storage) =>
      PODMAN_DRIVERS.flatMap((driver) =>
        PODMAN_LISTS.map((list) => path.join(storage, `${driver}-containers`, list)),
      ),
    )
    const texts = await Promise.all(files.map(readText))
    return texts.flatMap((text) => (text.kind === 'ok' ? parsePodmanContainers(text.value) : []))
  }

  async #bundles(seen: readonly SeenContainer[]): Promise<ContainerRecord[]> {
    const wanted = seen.filter(({ engine }) => engine === 'kubernetes' || engine === 'containerd')
    const records = wanted.slice(0, MOST_CONTAINERS).map(async ({ fullId, engine }) => {
      for (const [directory, below] of this.#files.bundles) {
        const text = await readText(path.join(directory, fullId, below, 'config.json'))
        const record = text.kind === 'ok' ? parseOciConfig(text.value, fullId) : null
        if (record !== null) return [{ ...record, engine }]
      }
      return []
    })
    return (await Promise.all(records)).flat()
  }
}

const DOCKER_DENIED =
  'Names and stopped containers of docker are told to root and to members of the group docker.'
const DOCKER_SILENT = 'Docker gave no answer that can be used; names are those its processes show.'

const SHOWN_ID = 12
const shownId = ({ fullId }: ContainerRecord): string => fullId.slice(0, SHOWN_ID)

const namesOf = (records: ReadonlyMap<string, ContainerRecord>): string =>
  JSON.stringify([...records].map(([id, { name }]) => [id, name]))

async function names(directory: string): Promise<ReadResult<string[]>> {
  try {
    const found: string[] = []
    for await (const { name } of await opendir(directory)) {
      if (found.push(name) >= MOST_CONTAINERS) break
    }
    return { kind: 'ok', value: found }
  } catch (error) {
    return readResultOf(error)
  }
}

/** A small file of an engine, as UTF-8. */
async function readText(file: string): Promise<ReadResult<string>> {
  try {
    const { text } = await readSmallFile(file, constants.O_NOFOLLOW)
    return { kind: 'ok', value: Buffer.from(text, 'latin1').toString() }
  } catch (error) {
    return error instanceof FileRefusal ? { kind: 'failed' } : readResultOf(error)
  }
}
