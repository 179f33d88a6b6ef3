import { BackgroundReading } from '../../background-reading.ts'
import type { Gpus } from '../../gpu/gpus.ts'
import type { Clock } from '../../options.ts'
import type { CounterReadings } from './counter-readings.ts'
import type { WindowsDisks } from './disks.ts'
import type { WindowsNetworks } from './networks.ts'

export interface SlowParts {
  disks: WindowsDisks | null
  networks: WindowsNetworks | null
  gpus: Gpus
  counters: CounterReadings
}

/** How long the first sample waits for what is slow, so that it shows disks and networks too. */
const FIRST_WAIT_MS = 1000
/** A reading is shown for so many of its own intervals after it was made. */
const SHOWN_FOR_INTERVALS = 4

/** Everything that may be slow or hang, each on its own clock beside the tick. */
export class WindowsSlowReadings {
  readonly localVolumes
  /** A share whose server is gone may hold a thread for minutes; local drives are not to wait for it. */
  readonly networkVolumes
  readonly cards
  readonly counters
  readonly #disks
  readonly #networks
  #isFirst = true

  constructor(
    { disks, networks, gpus, counters }: SlowParts,
    clock: Clock,
    onError: (source: string, error: unknown) => void,
  ) {
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
    this.#disks = every('disks', 10_000, async () => disks?.refresh())
    this.#networks = every('networks', 5000, async () => networks?.refresh())
    this.localVolumes = every('volumes', 5000, async () => {
      const volumes = (await disks?.volumes(['fixed', 'removable', 'other'])) ?? []
      disks?.setLetters(volumes)
      return volumes
    })
    this.networkVolumes = every(
      'network drives',
      10_000,
      async () => (await disks?.volumes(['network'])) ?? [],
      (volumes) => volumes.length === 0,
    )
    this.cards = every(
      'gpu',
      2000,
      () => gpus.read(),
      (cards) => cards.length === 0 && !gpus.capability().available,
    )
    this.counters = every('performance counters', 2000, () => counters.read())
  }

  /** Starts what is due. The first time, waits a little for it. */
  async poll(): Promise<void> {
    const all = [
      this.#disks,
      this.#networks,
      this.localVolumes,
      this.networkVolumes,
      this.cards,
      this.counters,
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
}
