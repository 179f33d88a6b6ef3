import { closeSync, openSync, read } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { readResultOf } from '../read-result.ts'
import { engineWord, type Fdinfo, isOnCard, parseFdinfo } from './drm-fdinfo.ts'
import { DrmHolders, kindBehind } from './drm-holders.ts'
import type { GpuEngineSample, GpuProcessSample, GpuSample } from './gpu.ts'

/** Each keeps a descriptor of ours; a desktop has some dozens. */
const MOST_CLIENTS = 512
/** With more, those that do nothing are read in turns: each read takes 60 µs of CPU. */
const READ_AT_ONCE = 30
/** The kernel answers a whole file in one read where there is room; the longest known is 2 KB. */
const ROOM = 16 * 1024

/** On a thread beside ours: a driver may wait for the card before it answers. */
const readBeside = promisify(read)

/** Who uses one card, and how much, since the last reading. */
export interface DrmUse {
  engines: GpuEngineSample[]
  /** Null until an interval is over, or where the driver counts nothing. */
  usagePercent: number | null
  /** Resident on the card, and in the memory of the computer, by all programs we may look at. */
  cardBytes: number | null
  sharedBytes: number | null
  processes: GpuProcessSample[]
  /** The driver tells what its clients do. */
  isCounted: boolean
}

interface EngineState {
  busy: number
  /** Of which `busy` is a part: ns of ours, or cycles of the engine. */
  total: number
}

class Client {
  readonly pid: number
  /** Decides its turn. */
  readonly number: number
  /** Ours, of its fdinfo. */
  readonly file: number
  info: Fdinfo
  /** Busy percent by engine of the driver over the last interval. */
  percents = new Map<string, number>()
  isMeasured = false
  #states = new Map<string, EngineState>()

  constructor(at: { pid: number; number: number; file: number }, info: Fdinfo, atMs: number) {
    this.pid = at.pid
    this.number = at.number
    this.file = at.file
    this.info = info
    this.update(info, atMs)
  }

  /** Did nothing in its last interval. */
  get isIdle(): boolean {
    return this.isMeasured && [...this.percents.values()].every((percent) => percent === 0)
  }

  /** Its card sleeps: it does nothing, and asking would wake it. */
  rest() {
    for (const name of this.percents.keys()) this.percents.set(name, 0)
  }

  update(info: Fdinfo, atMs: number) {
    this.info = info
    this.percents = new Map()
    for (const [name, engine] of info.engines) {
      const next =
        engine.cycles !== null && engine.totalCycles !== null
          ? { busy: engine.cycles, total: engine.totalCycles }
          : engine.busyNs !== null
            ? { busy: engine.busyNs, total: atMs * 1e6 }
            : null
      if (next === null) continue
      const before = this.#states.get(name)
      // A counter may step back for a while; the larger value stands until it is passed.
      this.#states.set(name, { ...next, busy: Math.max(next.busy, before?.busy ?? 0) })
      if (before === undefined) continue
      const busy = Math.max(0, next.busy - before.busy)
      // The clock of a card that was off stands still.
      if (next.total <= before.total && busy > 0) continue
      const share = busy === 0 ? 0 : busy / (next.total - before.total)
      this.percents.set(name, Math.min(100, (share / engine.capacity) * 100))
      this.isMeasured = true
    }
  }
}

/** What was found behind a descriptor. */
interface Looked {
  /** Of the client it belongs to; null: no client. */
  key: string | null
  kind: GpuSample['kind'] | null
}

/**
 * Clients of the cards by the files of `/proc/<pid>/fdinfo`: found by `DrmHolders` on a slow clock, read by kept
 * descriptors at each reading. A client that several descriptors or processes share counts once,
 * for the one that was found first: of two new ones the younger, which was given it.
 * Needs the rights to look into a process; of others nothing is known.
 */
export class DrmClients {
  readonly #procRoot: string
  readonly #monotonicMs: () => number
  readonly #holders: DrmHolders
  readonly #bytes = Buffer.alloc(ROOM)
  readonly #clients = new Map<string, Client>()
  /** By `<pid>/<fd>`. */
  readonly #looked = new Map<string, Looked>()
  #turn = 0
  #opened = 0
  #isReading = false
  #closed = false

  constructor(procRoot: string, monotonicMs: () => number) {
    this.#procRoot = procRoot
    this.#monotonicMs = monotonicMs
    this.#holders = new DrmHolders(procRoot)
  }

  /** Somebody has a card of this sort open, and the kernel is too old to tell what for (before 5.19). */
  isUntold(sort: GpuSample['kind']): boolean {
    const looked = [...this.#looked.values()].filter(({ kind }) => kind === sort)
    return looked.length > 0 && looked.every(({ key }) => key === null)
  }

  /** Processes that may use a card and may not be looked into. */
  get hasHidden(): boolean {
    return this.#holders.hasHidden
  }

  /** Never overlaps with itself. `asleep`: PCI addresses of cards that are not to be woken. */
  async read(asleep: ReadonlySet<string>): Promise<void> {
    if (this.#closed) return
    this.#isReading = true
    try {
      await this.#readAll(asleep)
    } finally {
      this.#isReading = false
      if (this.#closed) this.#closeAll()
    }
  }

  async #readAll(asleep: ReadonlySet<string>) {
    await this.#holders.step(this.#monotonicMs)
    const turns = Math.max(1, Math.ceil(this.#clients.size / READ_AT_ONCE))
    this.#turn++
    for (const [key, client] of this.#clients) {
      if (client.isIdle && (this.#turn + client.number) % turns !== 0) continue
      if (asleep.has(client.info.pdev ?? '')) {
        client.rest()
        continue
      }
      const info = await this.#info(client.file)
      if (info !== null && keyOf(info) === key) client.update(info, this.#monotonicMs())
      else this.#drop(key, client)
    }
    await this.#findNew()
  }

  /** What the clients of one card did. `pdev` decides; cards on no PCI bus are told by their driver. */
  useOf(card: { busId: string | null; driver: string | null }): DrmUse {
    const clients = [...this.#clients.values()].filter(({ info }) =>
      info.pdev === null ? info.driver === card.driver : info.pdev === card.busId,
    )
    const byPid = Map.groupBy(clients, ({ pid }) => pid)
    const engines = sumOfEngines(clients)
    const isMeasured = clients.some((client) => client.isMeasured)
    return {
      engines: Array.from(engines, ([name, usagePercent]) => ({ name, usagePercent })),
      usagePercent: isMeasured ? Math.max(0, ...engines.values()) : null,
      cardBytes: bytesOf(clients, true),
      sharedBytes: bytesOf(clients, false),
      processes: Array.from(byPid, ([pid, own]) => presentUser(pid, own)).toSorted(
        (a, b) => a.pid - b.pid,
      ),
      isCounted: clients.some(({ info }) => info.engines.size > 0),
    }
  }

  async #findNew() {
    const living = new Set<string>()
    for (const { pid, fds } of this.#holders.holders()) {
      for (const fd of fds) {
        const place = `${pid}/${fd}`
        living.add(place)
        if (this.#looked.has(place) || this.#clients.size >= MOST_CLIENTS) continue
        const key = await this.#open(pid, fd)
        if (key === undefined) continue
        const kind = kindBehind(path.join(this.#procRoot, String(pid), 'fd', String(fd)))
        this.#looked.set(place, { key, kind })
      }
    }
    for (const place of this.#looked.keys()) if (!living.has(place)) this.#looked.delete(place)
  }

  /** Undefined: to be tried again. */
  async #open(pid: number, fd: number): Promise<string | null | undefined> {
    const place = path.join(this.#procRoot, String(pid), 'fdinfo', String(fd))
    let file: number
    try {
      file = openSync(place, 'r')
    } catch (error) {
      return readResultOf(error).kind === 'failed' ? undefined : null
    }
    const info = await this.#info(file)
    const key = info === null ? null : keyOf(info)
    if (info === null || key === null || this.#clients.has(key)) closeSync(file)
    else
      this.#clients.set(
        key,
        new Client({ pid, number: this.#opened++, file }, info, this.#monotonicMs()),
      )
    return key
  }

  async #info(file: number): Promise<Fdinfo | null> {
    try {
      const { bytesRead } = await readBeside(file, this.#bytes, 0, ROOM, 0)
      return parseFdinfo(this.#bytes.toString('latin1', 0, bytesRead))
    } catch (error) {
      readResultOf(error) // closed meanwhile
      return null
    }
  }

  /** Closed, or the descriptor is another file now. Who else holds the client takes it over. */
  #drop(key: string, client: Client) {
    closeSync(client.file)
    this.#clients.delete(key)
    for (const [place, of] of this.#looked) if (of.key === key) this.#looked.delete(place)
    this.#holders.lookAgain(client.pid)
  }

  close(): void {
    this.#closed = true
    if (!this.#isReading) this.#closeAll()
  }

  #closeAll() {
    for (const { file } of this.#clients.values()) closeSync(file)
    this.#clients.clear()
    this.#looked.clear()
  }
}

const keyOf = ({ pdev, driver, clientId }: Fdinfo): string => `${pdev ?? driver} ${clientId}`

/**
 * Percent by word of the engine. Clients of one engine add up; of two engines with one word (two encoders) the busier
 * one stands for both.
 */
function sumOfEngines(clients: readonly Client[]): Map<string, number> {
  const byName = new Map<string, number>()
  for (const { percents } of clients) {
    for (const [name, percent] of percents) byName.set(name, (byName.get(name) ?? 0) + percent)
  }
  const byWord = new Map<string, number>()
  for (const [name, percent] of byName) {
    const word = engineWord(name)
    byWord.set(word, Math.max(byWord.get(word) ?? 0, Math.min(100, percent)))
  }
  return byWord
}

function presentUser(pid: number, clients: readonly Client[]): GpuProcessSample {
  const engines = sumOfEngines(clients)
  const [busiest] = [...engines].toSorted(([, a], [, b]) => b - a)
  return {
    pid,
    usagePercent: busiest?.[1] ?? null,
    memoryBytes: bytesOf(clients, true) ?? bytesOf(clients, false),
    engine: busiest !== undefined && busiest[1] > 0 ? busiest[0] : null,
    encoderPercent: engines.get('encode') ?? null,
    decoderPercent: engines.get('decode') ?? null,
  }
}

/** Null where no client has memory of this sort. */
function bytesOf(clients: readonly Client[], onCard: boolean): number | null {
  let sum: number | null = null
  for (const { info } of clients) {
    for (const [region, bytes] of info.memory) {
      if (isOnCard(region) === onCard) sum = (sum ?? 0) + bytes
    }
  }
  return sum
}
