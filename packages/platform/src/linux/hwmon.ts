import path from 'node:path'
import type { SensorSample } from '../machine.ts'
import { list, readNumber, readText } from './sysfs.ts'

/** All sensors of the machine, and the ones with a meaning of their own. */
export interface SensorReading {
  sensors: SensorSample[]
  cpuCelsius: number | null
  /** Temperature of a device by the folder of its chip, resolved by number (`hwmon3`). */
  byChip: ReadonlyMap<string, number>
}

/** Kind of input by its prefix: files with the value, and what its number is divided by. Source: hwmon/sysfs-interface.rst. */
const INPUTS = [
  { prefix: 'temp', kind: 'temperature', values: ['input'], divisor: 1000, high: 'max' },
  { prefix: 'fan', kind: 'fan', values: ['input'], divisor: 1, high: 'max' },
  { prefix: 'power', kind: 'power', values: ['average', 'input'], divisor: 1e6, high: 'max' },
  { prefix: 'in', kind: 'voltage', values: ['input'], divisor: 1000, high: 'max' },
] as const

/** Reads every chip. A sensor can take milliseconds, so this runs beside the tick. */
export async function readSensors(sysRoot: string): Promise<SensorReading> {
  const folder = path.join(sysRoot, 'class/hwmon')
  const sensors: SensorSample[] = []
  const byChip = new Map<string, number>()
  const chips = await list(folder)
  const names = new Map<string, number>()
  for (const hwmon of chips) {
    const chip = (await readText(path.join(folder, hwmon, 'name'))) ?? hwmon
    const seen = names.get(chip) ?? 0
    names.set(chip, seen + 1)
    const id = seen === 0 ? chip : `${chip}#${seen + 1}`
    const own = await readChip(path.join(folder, hwmon), chip, id)
    sensors.push(...own)
    const temperature = own.find(({ kind, value }) => kind === 'temperature' && value !== null)
    if (temperature?.value != null) byChip.set(hwmon, temperature.value)
  }
  const zones = sensors.some(({ kind }) => kind === 'temperature') ? [] : await readZones(sysRoot)
  const all = [...sensors, ...zones]
  return { sensors: all, cpuCelsius: cpuTemperature(all), byChip }
}

async function readChip(folder: string, chip: string, chipId: string): Promise<SensorSample[]> {
  const files = new Set(await list(folder))
  const sensors: SensorSample[] = []
  for (const input of INPUTS) {
    const numbers = numbersOf(files, input.prefix, input.values)
    for (const number of numbers) {
      const base = `${input.prefix}${number}`
      const file = input.values.map((suffix) => `${base}_${suffix}`).find((name) => files.has(name))
      const scaled = async (name: string) => {
        if (!files.has(name)) return null
        const value = await readNumber(path.join(folder, name))
        return value === null ? null : value / input.divisor
      }
      sensors.push({
        id: `${chipId}/${base}`,
        chip,
        label: files.has(`${base}_label`)
          ? await readText(path.join(folder, `${base}_label`))
          : null,
        kind: input.kind,
        value: file === undefined ? null : plausible(input.kind, await scaled(file)),
        high: plausible(input.kind, await scaled(`${base}_${input.high}`)),
        critical: plausible(input.kind, await scaled(`${base}_crit`)),
      })
    }
  }
  return sensors
}

function numbersOf(
  files: ReadonlySet<string>,
  prefix: string,
  values: readonly string[],
): string[] {
  const found = new Set<string>()
  for (const file of files) {
    const match = /^([a-z]+)(\d+)_([a-z]+)$/.exec(file)
    if (match?.[1] === prefix && values.includes(match[3] ?? '')) found.add(match[2] ?? '')
  }
  return [...found]
}

/** Chips with nothing connected answer -273, -128, 0 K or 65,261; a threshold of 0 means that none is set. */
function plausible(kind: SensorSample['kind'], value: number | null): number | null {
  if (value === null) return null
  if (kind === 'temperature') return value > -60 && value < 250 && value !== 0 ? value : null
  return value < 0 || value > 1e6 ? null : value
}

/** Machines without hwmon chips (most ARM boards) have thermal zones. Source: thermal/sysfs-api.rst. */
async function readZones(sysRoot: string): Promise<SensorSample[]> {
  const folder = path.join(sysRoot, 'class/thermal')
  const sensors: SensorSample[] = []
  for (const zone of (await list(folder)).filter((name) => name.startsWith('thermal_zone'))) {
    const milli = await readNumber(path.join(folder, zone, 'temp'))
    const chip = (await readText(path.join(folder, zone, 'type'))) ?? zone
    const value = plausible('temperature', milli === null ? null : milli / 1000)
    sensors.push({
      id: `thermal/${zone}`,
      chip,
      label: null,
      kind: 'temperature',
      value,
      high: null,
      critical: null,
    })
  }
  return sensors
}

const CPU_CHIPS = new Set([
  'k10temp',
  'zenpower',
  'coretemp',
  'cpu_thermal',
  'cpu-thermal',
  'x86_pkg_temp',
  'soc_thermal',
])
/** Tctl is the control value, which on some models lies above the real one by a fixed offset: Tdie first. */
const PACKAGE_LABELS = [/^Tdie$/, /^Package id/, /^Tctl$/]

/** Hottest package; null when no chip is known to sit in the CPU. */
export function cpuTemperature(sensors: readonly SensorSample[]): number | null {
  const own = sensors.filter(
    ({ chip, kind, value }) => kind === 'temperature' && value !== null && CPU_CHIPS.has(chip),
  )
  for (const label of PACKAGE_LABELS) {
    const packages = own.filter((sensor) => label.test(sensor.label ?? ''))
    if (packages.length > 0) return hottest(packages)
  }
  return own.length > 0 ? hottest(own) : null
}

const hottest = (sensors: readonly SensorSample[]) =>
  Math.max(...sensors.map(({ value }) => value ?? Number.NEGATIVE_INFINITY))
