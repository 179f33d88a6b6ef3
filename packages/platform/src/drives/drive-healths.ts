import type { DriveState } from '@taskmanager/contracts'
import { isExhausted } from '../linux/spare-descriptors.ts'
import type { DiskKind } from '../machine.ts'
import type { MachineCapability } from '../machine-info.ts'
import type { Clock } from '../options.ts'
import { readResultOf } from '../read-result.ts'
import { endsWithin, unansweredCalls, type UnansweredCalls } from '../unanswered-calls.ts'
import { askAta, askNvme, type Told } from './ask-drive.ts'
import type { DriveDoor } from './drive-door.ts'
import type { DriveFacts, DriveHealth } from './drive-health.ts'
import type { DriveDaemon } from './udisks.ts'

const EVERY_MS = 600_000
/** Some hard disks begin to count anew towards their sleep at every question, so they are asked more rarely than they sleep. */
const ROTATING_EVERY_MS = 3_600_000
/** How long one drive is waited for before the next is asked. */
const ANSWER_WITHIN_MS = 15_000
interface Known {
  /** Of the drive all of this is of. */
  mark: string | null
  state: DriveState | null
  facts: DriveFacts | null
  factsAtMs: number | null
  askedMs: number | null
  asking: Promise<void> | null
}

/** A drive that may be asked. */
export interface AskedDrive {
  id: string
  kind: DiskKind
  /** Differs where another drive has come to have the same id; null or absent: the system has no such mark. */
  mark?: string | null
}

/** What the system knows of a drive without asking it. */
export interface DriveManners {
  /** The language it speaks; null for those that have no health, or only behind an adapter that may hang on odd commands. */
  protocolOf(id: string): 'nvme' | 'ata' | null
  /** To ask it would wake it. */
  isAsleep(id: string): boolean
}

export interface DriveHealthsOptions {
  manners: DriveManners
  clock: Clock
  /** null: there is no way to ask. */
  door: DriveDoor | null
  /** Who is asked where the door is closed to us; null: nobody. */
  daemon: DriveDaemon | null
  onError: (error: unknown) => void
  answerWithinMs?: number
  calls?: UnansweredCalls
}

/** Health of every drive, asked one after another on a slow clock; a drive that hangs keeps its last facts. */
export class DriveHealths {
  readonly #options: DriveHealthsOptions
  readonly #known = new Map<string, Known>()
  #round: Promise<void> | null = null

  constructor(options: DriveHealthsOptions) {
    this.#options = options
  }

  /** Starts what is due, never a second time while it runs. Answers the round under way, for tests to wait for. */
  poll(devices: ReadonlyMap<string, AskedDrive>): Promise<void> | null {
    for (const [id, { asking, mark }] of this.#known) {
      const device = devices.get(id)
      const isGone = device === undefined ? asking === null : (device.mark ?? null) !== mark
      if (isGone) this.#known.delete(id)
    }
    if (this.#round !== null) return this.#round
    const nowMs = this.#options.clock.monotonicMs()
    const due = [...devices.values()].filter((device) => {
      const { asking, askedMs } = this.#knownOf(device)
      const everyMs = mayRotate(device) ? ROTATING_EVERY_MS : EVERY_MS
      return asking === null && (askedMs === null || nowMs - askedMs >= everyMs)
    })
    if (due.length === 0) return null
    this.#round = this.#ask(due).finally(() => (this.#round = null))
    return this.#round
  }

  /** null: it has not been asked yet, or another drive was, that had its id before. */
  get({ id, mark = null }: Omit<AskedDrive, 'kind'>): DriveHealth | null {
    const known = this.#known.get(id)
    if (known === undefined || known.mark !== mark) return null
    const { state, facts, factsAtMs } = known
    return state === null ? null : { state, facts, factsAtMs }
  }

  capability(): MachineCapability {
    const known = [...this.#known.values()]
    if (known.some(({ facts }) => facts !== null)) return { available: true, reason: null }
    const reason = known.some(({ state }) => state === 'not_permitted')
      ? this.#options.daemon === null
        ? 'Drives tell their health only to a service with elevated rights.'
        : 'Drives tell their health only to a service with elevated rights; UDisks, which tells it to others, does not run or has not read them.'
      : 'No drive here has told its health.'
    return { available: false, reason }
  }

  #knownOf({ id, mark = null }: AskedDrive): Known {
    const fresh = { mark, state: null, facts: null, factsAtMs: null, askedMs: null, asking: null }
    const known = this.#known.get(id) ?? fresh
    this.#known.set(id, known)
    return known
  }

  async #ask(due: readonly AskedDrive[]): Promise<void> {
    const { calls = unansweredCalls, clock, answerWithinMs = ANSWER_WITHIN_MS } = this.#options
    for (const device of due) {
      const ended = calls.begin('far')
      if (ended === null) return
      const known = this.#knownOf(device)
      known.askedMs = clock.monotonicMs()
      known.asking = this.#answer(device, known).finally(ended)
      if (!(await endsWithin(known.asking, answerWithinMs))) known.state = 'no_answer'
    }
  }

  async #answer(device: AskedDrive, known: Known): Promise<void> {
    try {
      const told = await this.#told(device)
      known.state = told.state
      if (told.state === 'told') {
        known.facts = told.facts
        known.factsAtMs = told.atMs ?? this.#options.clock.epochMs()
      }
    } catch (error) {
      known.state = 'failed'
      this.#options.onError(error)
    } finally {
      known.asking = null
    }
  }

  async #told(device: AskedDrive): Promise<Told> {
    const { manners, door } = this.#options
    const protocol = manners.protocolOf(device.id)
    if (protocol === null) return { state: 'not_reported' }
    if (manners.isAsleep(device.id)) return { state: 'asleep' }
    const drive = door === null ? null : await openOrState(door, device.id)
    if (drive === null || drive === 'not_permitted') {
      const told = await this.#options.daemon?.ask(device.id, mayRotate(device))
      return told ?? { state: drive ?? 'not_supported' }
    }
    if (typeof drive === 'string') return { state: drive }
    try {
      return await (protocol === 'nvme' ? askNvme(drive) : askAta(drive, mayRotate(device)))
    } finally {
      await drive.close()
    }
  }
}

const STILL: readonly DiskKind[] = ['ssd', 'nvme', 'virtual']
const mayRotate = ({ kind }: AskedDrive) => !STILL.includes(kind)

async function openOrState(door: DriveDoor, id: string) {
  try {
    return await door.open(id)
  } catch (error) {
    if (isExhausted(error)) return 'failed'
    const { kind } = readResultOf(error)
    return kind === 'denied' ? 'not_permitted' : kind === 'failed' ? 'failed' : 'not_reported'
  }
}
