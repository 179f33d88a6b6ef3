import { statfs, stat } from 'node:fs/promises'
import path from 'node:path'
import type { FilesystemSample } from '../machine.ts'
import type { Clock } from '../options.ts'
import { cleanName, cleanText } from '../text/clean.ts'
import { endsWithin, unansweredCalls, type UnansweredCalls } from '../unanswered-calls.ts'
import { isFarType } from './far-mounts.ts'
import { readLines } from './sysfs.ts'
import { parseMountinfo, type MountLine } from './parse-mountinfo.ts'

/** As much of statfs(2) as we use; sizes in blocks. */
export interface StatfsNumbers {
  bsize: number
  blocks: number
  bfree: number
  bavail: number
  files: number
  ffree: number
}

/** How the file systems are asked; tests hand in one that never answers. */
export interface FilesystemWorld {
  statfs: (mount: string) => Promise<StatfsNumbers>
  isDirectory: (mount: string) => Promise<boolean>
}

const realWorld: FilesystemWorld = {
  statfs: (mount) => statfs(mount),
  isDirectory: async (mount) => (await stat(mount)).isDirectory(),
}

/** How long one file system is waited for before its last figures are shown as old. */
const ANSWER_WITHIN_MS = 1000
/** Two rounds were missed, however slowly samples are taken: the figures are old, for whatever reason. */
const OLD_MS = 15_000

interface Known {
  numbers: StatfsNumbers | null
  /** A single file mounted from elsewhere, as containers have them: no file system to a person. */
  isFile: boolean
  answeredMs: number
  askedMs: number
  asking: Promise<void> | null
  /** It was not asked in the last round, since too many others do not answer. */
  passedOver: boolean
}

/** Real file systems, once each, with their sizes. A mount that does not answer keeps its last figures, with their age. */
export class Filesystems {
  readonly #procRoot: string
  readonly #clock: Clock
  readonly #world: FilesystemWorld
  readonly #calls: UnansweredCalls
  readonly #known = new Map<string, Known>()
  #mounts: MountLine[] = []

  constructor(
    procRoot: string,
    clock: Clock,
    world: FilesystemWorld = realWorld,
    calls: UnansweredCalls = unansweredCalls,
  ) {
    this.#procRoot = procRoot
    this.#clock = clock
    this.#world = world
    this.#calls = calls
  }

  /** Asks every file system, waiting at most a second for each. */
  async refresh(): Promise<void> {
    // Throws when there is no descriptor left: the mounts then stay those known.
    const text = await readLines(path.join(this.#procRoot, 'self/mountinfo'))
    const mounts = asTheSystemHasThem(
      chooseMounts(parseMountinfo(text)),
      parseMountinfo(await readLines(path.join(this.#procRoot, '1/mountinfo'))),
    )
    for (const mount of mounts) await this.#ask(mount)
    this.#mounts = mounts
    const keys = new Set(mounts.map(keyOf))
    for (const [key, { asking }] of this.#known) {
      if (!keys.has(key) && asking === null) this.#known.delete(key)
    }
  }

  async #ask(mount: MountLine): Promise<void> {
    const known = this.#knownOf(mount)
    if (known.asking !== null) return
    const ended = this.#calls.begin(isFarType(mount.type) ? 'far' : 'near')
    known.passedOver = ended === null
    if (ended === null) return
    known.askedMs = this.#clock.monotonicMs()
    known.asking = this.#answer(mount, known).finally(ended)
    await endsWithin(known.asking, ANSWER_WITHIN_MS)
  }

  #knownOf(mount: MountLine): Known {
    const key = keyOf(mount)
    const nowMs = this.#clock.monotonicMs()
    const known: Known = this.#known.get(key) ?? {
      numbers: null,
      isFile: false,
      answeredMs: nowMs,
      askedMs: nowMs,
      asking: null,
      passedOver: false,
    }
    this.#known.set(key, known)
    return known
  }

  async #answer(mount: MountLine, known: Known): Promise<void> {
    try {
      known.isFile = mount.root !== '/' && !(await this.#world.isDirectory(mount.mount))
      known.numbers = known.isFile ? null : await this.#world.statfs(mount.mount)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
      known.numbers = null // not permitted, or just unmounted: known by name only
    } finally {
      known.answeredMs = this.#clock.monotonicMs()
      known.asking = null
    }
  }

  /** `diskOf` names the disk beneath a mount; null where it is not known. */
  read(diskOf: (mount: MountLine) => string | null): FilesystemSample[] {
    const nowMs = this.#clock.monotonicMs()
    return this.#mounts.flatMap((mount) => {
      const known = this.#knownOf(mount)
      if (known.isFile) return []
      return [{ ...sizes(known.numbers), ...named(mount, diskOf(mount)), ...age(known, nowMs) }]
    })
  }
}

function age(
  { numbers, answeredMs, askedMs, asking, passedOver }: Known,
  nowMs: number,
): Pick<FilesystemSample, 'staleMs' | 'staleReason'> {
  const staleMs = nowMs - answeredMs
  if (asking !== null && nowMs - askedMs >= ANSWER_WITHIN_MS)
    return { staleMs, staleReason: 'no_answer' }
  const isOld = staleMs >= OLD_MS || (passedOver && numbers === null)
  return isOld ? { staleMs, staleReason: 'not_asked' } : { staleMs: null, staleReason: null }
}

const keyOf = (mount: MountLine) => `${mount.device} ${mount.mount}`

function named(mount: MountLine, disk: string | null) {
  return {
    mount: cleanText(mount.mount),
    device: cleanText(mount.source),
    disk,
    type: cleanName(mount.type),
    readOnly: mount.readOnly,
  }
}

function sizes(numbers: StatfsNumbers | null) {
  const bytes = (blocks: number) => (numbers === null ? null : blocks * numbers.bsize)
  const hasInodes = numbers !== null && numbers.files > 0
  return {
    totalBytes: bytes(numbers?.blocks ?? 0),
    freeBytes: bytes(numbers?.bfree ?? 0),
    availableBytes: bytes(numbers?.bavail ?? 0),
    inodesTotal: hasInodes ? numbers.files : null,
    inodesFree: hasInodes ? numbers.ffree : null,
  }
}

/** Programs behind FUSE that have no space of their own. */
const NO_SPACE = /^fuse(?:\.(?:portal|gvfsd-fuse|lxcfs|snapfuse))?$/
/** Images that programs are shipped in: full by nature, of no interest to somebody short of space. */
const IMAGE_TYPES = new Set(['squashfs', 'erofs', 'iso9660', 'udf', 'cramfs', 'romfs'])

/**
 * Mounts a person has space on, in their order: real devices, network file systems, and whatever is at `/` (an overlay
 * in a container). A device is listed once, at its shortest mount point, so that bind mounts, subvolumes and the
 * layers of containers do not count twice.
 */
export function chooseMounts(mounts: readonly MountLine[]): MountLine[] {
  const byDevice = new Map<string, MountLine>()
  const topmost = new Map(mounts.map((mount) => [mount.mount, mount])) // a later mount hides an earlier one
  for (const mount of topmost.values()) {
    if (!isReal(mount)) continue
    const key = mount.source.startsWith('/dev/') ? mount.source : mount.device
    const chosen = byDevice.get(key)
    if (chosen === undefined || isBetter(mount, chosen)) byDevice.set(key, mount)
  }
  return [...byDevice.values()].toSorted((a, b) => (a.mount < b.mount ? -1 : 1))
}

/**
 * A system unit sees every mount read-only (`ProtectSystem=strict`), and its own view alone: whether one is, the first
 * process of the system knows. Where its mounts may not be read, or are others, our own have to do.
 */
export function asTheSystemHasThem(
  own: readonly MountLine[],
  ofFirst: readonly MountLine[],
): MountLine[] {
  const byPlace = new Map(ofFirst.map((mount) => [keyOf(mount), mount]))
  return own.map((mount) => ({
    ...mount,
    readOnly: byPlace.get(keyOf(mount))?.readOnly ?? mount.readOnly,
  }))
}

function isBetter(mount: MountLine, than: MountLine): boolean {
  const whole = mount.root === '/'
  if (whole !== (than.root === '/')) return whole || mount.mount === '/'
  return mount.mount.length < than.mount.length
}

/**
 * An image that a running AppImage mounts of itself, by whatever name its file has. Source: `mount_image` of its
 * runtime, `/tmp/.mount_NAMErandom`.
 */
const isAppImage = ({ type, mount }: MountLine) =>
  /^fuse\..*\.appimage$/i.test(type) || (/^fuse\b/.test(type) && /\/\.mount_[^/]+$/.test(mount))

/** A FUSE program that names nothing as its source serves no space: Proxmox's `/etc/pve`, portals of old desktops. */
const isNameless = ({ source }: MountLine) => source === '/dev/fuse'

function isReal(mount: MountLine): boolean {
  if (mount.mount === '/') return true
  if (IMAGE_TYPES.has(mount.type) || isAppImage(mount) || isNameless(mount)) return false
  return (
    mount.type === 'zfs' ||
    (isFarType(mount.type) && !NO_SPACE.test(mount.type)) ||
    (mount.source.startsWith('/dev/') && !mount.source.startsWith('/dev/loop'))
  )
}
