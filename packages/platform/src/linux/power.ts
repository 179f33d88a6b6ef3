import path from 'node:path'
import type { BatterySample, EnergySample, PowerSample } from '../machine.ts'
import { list, readNumber, readText } from './sysfs.ts'

/** Mains, battery and what the CPU packages take. Source: sysfs-class-power, power/powercap.rst. */
export async function readPower(sysRoot: string, monotonicMs: () => number): Promise<PowerSample> {
  const folder = path.join(sysRoot, 'class/power_supply')
  let onAc: boolean | null = null
  const batteries: BatteryFacts[] = []
  for (const name of await list(folder)) {
    const supply = path.join(folder, name)
    if ((await readText(path.join(supply, 'scope'))) === 'Device') continue // of a mouse or a headset
    const type = await readText(path.join(supply, 'type'))
    if (type === 'Battery') batteries.push(await readBattery(supply))
    else if (type !== null) {
      const online = await readNumber(path.join(supply, 'online'))
      if (online !== null) onAc = onAc === true || online === 1
    }
  }
  const inPlace = batteries.filter(({ present }) => present)
  return {
    onAc,
    battery: inPlace.length === 0 ? null : joinBatteries(inPlace),
    packageEnergy: await readPackageEnergy(sysRoot, monotonicMs),
  }
}

/** Energies in watt-hours or, where the battery only counts charge, in ampere-hours; never mixed. */
interface BatteryFacts {
  present: boolean
  percent: number | null
  status: string | null
  watts: number | null
  now: number | null
  full: number | null
  design: number | null
  /** What `now` loses an hour. */
  rate: number | null
  cycles: number | null
}

async function readBattery(supply: string): Promise<BatteryFacts> {
  const read = async (name: string) => {
    const value = await readNumber(path.join(supply, name))
    return value === null ? null : value / 1e6
  }
  const byEnergy = (await read('energy_now')) !== null
  const unit = byEnergy ? 'energy' : 'charge'
  const current = absolute(await read('current_now'))
  const volts = await read('voltage_now')
  const watts =
    absolute(await read('power_now')) ??
    (current !== null && volts !== null ? current * volts : null)
  return {
    present: (await readNumber(path.join(supply, 'present'))) !== 0,
    percent: await readNumber(path.join(supply, 'capacity')),
    status: (await readText(path.join(supply, 'status')))?.toLowerCase() ?? null,
    watts,
    now: await read(`${unit}_now`),
    full: await read(`${unit}_full`),
    design: await read(`${unit}_full_design`),
    rate: byEnergy ? watts : current,
    cycles: await readNumber(path.join(supply, 'cycle_count')),
  }
}

/** Drivers differ in the sign of a discharge. */
const absolute = (value: number | null) => (value === null ? null : Math.abs(value))

function joinBatteries(batteries: readonly BatteryFacts[]): BatterySample {
  const sum = (of: (battery: BatteryFacts) => number | null) =>
    batteries.reduce<number | null>((total, battery) => {
      const value = of(battery)
      return total === null || value === null ? null : total + value
    }, 0)
  const [now, full, design] = [sum((b) => b.now), sum((b) => b.full), sum((b) => b.design)]
  const acting = batteries.find(({ status }) => status === 'charging' || status === 'discharging')
  const status = (acting ?? batteries[0])?.status ?? null
  const share = now !== null && full !== null && full > 0 ? (now / full) * 100 : null
  const percent = batteries.length === 1 ? (batteries[0]?.percent ?? share) : share
  return {
    percent: percent === null ? null : Math.min(100, Math.max(0, percent)),
    status,
    watts: sum((b) => b.watts),
    secondsLeft: secondsLeft(
      status,
      now,
      full,
      sum((b) => b.rate),
    ),
    healthPercent: full !== null && design !== null && design > 0 ? (full / design) * 100 : null,
    cycles: batteries.length === 1 ? batteries[0]?.cycles || null : null,
  }
}

function secondsLeft(
  status: string | null,
  now: number | null,
  full: number | null,
  rate: number | null,
): number | null {
  if (now === null || rate === null || rate <= 0) return null
  if (status === 'discharging') return (now / rate) * 3600
  if (status === 'charging' && full !== null) return (Math.max(0, full - now) / rate) * 3600
  return null
}

/** Whole packages only: cores, graphics and memory are parts of them or listed beside. Readable by root since 5.10. */
async function readPackageEnergy(
  sysRoot: string,
  monotonicMs: () => number,
): Promise<EnergySample | null> {
  const folder = path.join(sysRoot, 'class/powercap')
  let microjoules: number | null = null
  let wrapsAtMicrojoules = 0
  for (const zone of (await list(folder)).filter((name) => /^intel-rapl:\d+$/.test(name))) {
    if (!(await readText(path.join(folder, zone, 'name')))?.startsWith('package')) continue
    const own = await readNumber(path.join(folder, zone, 'energy_uj'))
    const wraps = await readNumber(path.join(folder, zone, 'max_energy_range_uj'))
    if (own === null || wraps === null) return null // a sum without one package would be wrong
    microjoules = (microjoules ?? 0) + own
    wrapsAtMicrojoules = wraps
  }
  return microjoules === null
    ? null
    : { microjoules, wrapsAtMicrojoules, monotonicMs: monotonicMs() }
}
