import path from 'node:path'
import { list, readNumber } from '../linux/sysfs.ts'
import { celsius, type DrmPlace, type Figures, Growth, limitWatts, readPcie } from './drm-files.ts'

/** Where one of Intel's two drivers keeps what it tells of one part of the chip ("GT"). */
interface GtFiles {
  clock: string
  /** The largest that is allowed now, and that the chip can do. */
  clockMax: string
  clockLimit: string
  idleMs: string
  throttle: string
  status: string
  reasonPrefix: string
}

/** What slows it. Source: intel_gt_sysfs_pm.c and xe_gt_throttle.c of the kernel. */
const REASONS: readonly [file: string, word: string][] = [
  ['pl1', 'power limit'],
  ['pl2', 'power limit'],
  ['pl4', 'current limit'],
  ['thermal', 'heat'],
  ['ratl', 'heat'],
  ['vr_thermalert', 'heat'],
  ['prochot', 'heat (hardware)'],
  ['vr_tdc', 'current limit'],
]

/**
 * i915 and xe: clocks, sleep, energy and what slows the card. Neither tells its load in a file; that is known from its
 * programs (fdinfo) alone.
 */
export class IntelCard {
  readonly #place: DrmPlace
  readonly #driver: string | null
  readonly #idle = new Map<string, Growth>()
  readonly #energy = new Growth()
  #gts: GtFiles[] | null = null

  constructor(place: DrmPlace, driver: string | null) {
    this.#place = place
    this.#driver = driver
  }

  async read(nowMs: number): Promise<Figures> {
    const place = this.#place
    const gts = (this.#gts ??= await this.#findGts())
    const clocks = await Promise.all(gts.map(({ clock }) => readNumber(clock)))
    const sensor = (name: string) => readNumber(path.join(place.hwmon, name))
    const microjoules = (await sensor('energy1_input')) ?? (await sensor('energy2_input'))
    const perSecond = this.#energy.perSecond(microjoules, nowMs)
    return {
      clockMhz: largest(clocks),
      awakePercent: await this.#awake(gts, nowMs),
      // xe has the package at 2 and the memory at 3.
      temperatureCelsius:
        (await celsius(place, 'temp1_input')) ?? (await celsius(place, 'temp2_input')),
      memoryCelsius: await celsius(place, 'temp3_input'),
      energyJoules: microjoules === null ? null : microjoules / 1e6,
      powerWatts: perSecond === null ? null : perSecond / 1e6,
      fanRpm: await sensor('fan1_input'),
    }
  }

  async readSlowly(): Promise<Figures> {
    const place = this.#place
    const gts = (this.#gts ??= await this.#findGts())
    const most = await Promise.all(
      gts.map(async ({ clockLimit, clockMax }) =>
        largest([await readNumber(clockLimit), await readNumber(clockMax)]),
      ),
    )
    return {
      ...(await readPcie(place)),
      clockMaxMhz: largest(most),
      memoryTotalBytes: await readNumber(path.join(place.device, 'tile0/physical_vram_size_bytes')),
      powerLimitWatts:
        (await limitWatts(place, 'power1_max')) ?? (await limitWatts(place, 'power2_max')),
      slowdownCelsius: await celsius(place, 'temp1_crit'),
      slowedBy: await slowedBy(gts),
    }
  }

  /** Of its most awake part. */
  async #awake(gts: readonly GtFiles[], nowMs: number): Promise<number | null> {
    const shares = gts.map(async ({ idleMs }) => {
      const growth = this.#idle.get(idleMs) ?? new Growth()
      this.#idle.set(idleMs, growth)
      const idle = growth.perSecond(await readNumber(idleMs), nowMs)
      return idle === null ? null : Math.min(100, Math.max(0, 100 - idle / 10))
    })
    return largest(await Promise.all(shares))
  }

  async #findGts(): Promise<GtFiles[]> {
    const { card, device } = this.#place
    if (this.#driver === 'xe') {
      const tiles = (await list(device)).filter((name) => /^tile\d+$/.test(name))
      const gts = await Promise.all(
        tiles.map(async (tile) =>
          (await list(path.join(device, tile)))
            .filter((name) => /^gt\d+$/.test(name))
            .map((gt) => xeFiles(path.join(device, tile, gt))),
        ),
      )
      return gts.flat()
    }
    const folder = path.join(card, 'gt')
    const gts = (await list(folder)).filter((name) => /^gt\d+$/.test(name))
    return gts.length > 0 ? gts.map((gt) => i915Files(path.join(folder, gt))) : [oldI915Files(card)]
  }
}

const xeFiles = (gt: string): GtFiles => ({
  clock: path.join(gt, 'freq0/act_freq'),
  clockMax: path.join(gt, 'freq0/max_freq'),
  clockLimit: path.join(gt, 'freq0/rp0_freq'),
  idleMs: path.join(gt, 'gtidle/idle_residency_ms'),
  throttle: path.join(gt, 'freq0/throttle'),
  status: 'status',
  reasonPrefix: 'reason_',
})

const i915Files = (gt: string): GtFiles => ({
  clock: path.join(gt, 'rps_act_freq_mhz'),
  clockMax: path.join(gt, 'rps_max_freq_mhz'),
  clockLimit: path.join(gt, 'rps_RP0_freq_mhz'),
  idleMs: path.join(gt, 'rc6_residency_ms'),
  throttle: gt,
  status: 'throttle_reason_status',
  reasonPrefix: 'throttle_reason_',
})

/** Before 5.18 the chip had no parts. */
const oldI915Files = (card: string): GtFiles => ({
  ...i915Files(card),
  clock: path.join(card, 'gt_act_freq_mhz'),
  clockMax: path.join(card, 'gt_max_freq_mhz'),
  clockLimit: path.join(card, 'gt_RP0_freq_mhz'),
  idleMs: path.join(card, 'power/rc6_residency_ms'),
})

async function slowedBy(gts: readonly GtFiles[]): Promise<string[] | null> {
  let words: Set<string> | null = null
  for (const { throttle, status, reasonPrefix } of gts) {
    const isSlowed = await readNumber(path.join(throttle, status))
    if (isSlowed === null) continue
    words ??= new Set()
    if (isSlowed === 0) continue
    for (const [file, word] of REASONS) {
      if (((await readNumber(path.join(throttle, `${reasonPrefix}${file}`))) ?? 0) > 0)
        words.add(word)
    }
    if (words.size === 0) words.add('hardware slowdown')
  }
  return words === null ? null : [...words]
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}
