import { BackgroundReading } from '../background-reading.ts'
import { openBus } from '../dbus/dbus-connection.ts'
import type { DriveDoor } from '../drives/drive-door.ts'
import { DriveHealths } from '../drives/drive-healths.ts'
import { linuxDoor } from '../drives/linux-door.ts'
import { linuxManners } from '../drives/linux-manners.ts'
import { udisks } from '../drives/udisks.ts'
import { koffiOrNull } from '../ffi.ts'
import { linuxGpus, type Gpus } from '../gpu/gpus.ts'
import type { PowerSample } from '../machine.ts'
import type { PlatformOptions } from '../options.ts'
import { busSockets } from '../services/bus-sockets.ts'
import { readFrequencies } from './cpu-frequency.ts'
import { Filesystems, type FilesystemWorld } from './filesystems.ts'
import { readSensors, type SensorReading } from './hwmon.ts'
import { readNetworkLinks, type AddressesOf } from './network-links.ts'
import { readPower } from './power.ts'
import { readNumaNodes } from './numa-nodes.ts'
import { readZram } from './zram.ts'

export interface SlowWorld {
  filesystems?: FilesystemWorld
  gpus?: Gpus
  addresses?: AddressesOf
  /** How drives are asked for their health; a recorded machine has none to ask. */
  drives?: DriveDoor
  /** A slow source failed in a way that is a bug; told once a minute at most by whoever logs it. */
  onError?: (source: string, error: unknown) => void
}

/** How long the first sample waits for what is slow, so that it shows disks and sensors too. */
const FIRST_WAIT_MS = 400
/** A reading is shown for so many of its own intervals after it was made. */
const SHOWN_FOR_INTERVALS = 4

const hasNoSensors = ({ sensors }: SensorReading) => sensors.length === 0
const hasNoPower = ({ onAc, battery, packageEnergy }: PowerSample) =>
  onAc === null && battery === null && packageEnergy === null

/** Everything that may be slow or hang, each on its own clock beside the tick. */
export class SlowReadings {
  readonly filesystems: Filesystems
  readonly gpus: Gpus
  readonly drives: DriveHealths
  readonly sensors
  readonly frequencies
  readonly links
  readonly power
  readonly zram
  readonly nodes
  readonly cards
  readonly #sizes
  #isFirst = true

  constructor(options: PlatformOptions, world: SlowWorld = {}) {
    const { procRoot, sysRoot, clock } = options
    const { onError = () => {} } = world
    const every = <T>(
      name: string,
      everyMs: number,
      read: () => Promise<T>,
      isNothing: (value: T) => boolean = () => false,
    ) =>
      new BackgroundReading<T>({
        read,
        isNothing,
        everyMs,
        staleAfterMs: everyMs * SHOWN_FOR_INTERVALS + 10_000,
        clock,
        onError: (error) => onError(name, error),
      })
    this.filesystems = new Filesystems(procRoot, clock, world.filesystems)
    this.gpus = world.gpus ?? linuxGpus(options)
    this.drives = new DriveHealths({
      manners: linuxManners(sysRoot),
      clock,
      door: world.drives ?? (sysRoot === '/sys' ? linuxDoor(koffiOrNull) : null),
      daemon: sysRoot === '/sys' ? udisks(() => openBus(busSockets().system)) : null,
      onError: (error) => onError('drive health', error),
    })
    this.sensors = every('sensors', 3000, () => readSensors(sysRoot), hasNoSensors)
    this.frequencies = every('frequency', 2000, () => readFrequencies(procRoot, sysRoot))
    this.links = every('network links', 5000, () => readNetworkLinks(options, world.addresses))
    this.power = every(
      'power',
      5000,
      () => readPower(sysRoot, () => clock.monotonicMs()),
      hasNoPower,
    )
    this.zram = every(
      'zram',
      5000,
      () => readZram(sysRoot),
      (zram) => zram === null,
    )
    this.nodes = every(
      'NUMA nodes',
      3000,
      () => readNumaNodes(sysRoot),
      (nodes) => nodes.length === 0,
    )
    this.cards = every(
      'gpu',
      900,
      () => this.gpus.read(),
      (cards) => cards.length === 0 && !this.gpus.hasNvidiaDriver,
    )
    this.#sizes = every('file systems', 5000, () => this.filesystems.refresh())
  }

  /** Starts what is due. The first time, waits a little for it. */
  async poll(): Promise<void> {
    const all = [
      this.#sizes,
      this.links,
      this.frequencies,
      this.sensors,
      this.power,
      this.zram,
      this.nodes,
      this.cards,
    ]
    const running: (Promise<void> | null)[] = all.map((reading) => reading.poll())
    if (!this.#isFirst) return
    this.#isFirst = false
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FIRST_WAIT_MS)
    })
    await Promise.race([Promise.all(running.filter((read) => read !== null)), enough])
    clearTimeout(timer)
  }

  close(): void {
    this.gpus.close()
  }
}
