import type { BatterySample, SensorSample } from '../../machine.ts'
import {
  dictionaryIn,
  flagIn,
  numberIn,
  type PropertyDictionary,
} from '../property-lists/property-value.ts'
import type { IoKit, RegistryEntry } from './io-kit.ts'

export interface MacPower {
  onAc: boolean | null
  battery: BatterySample | null
  sensors: SensorSample[]
}

const NAMES = [
  'BatteryInstalled',
  'ExternalConnected',
  'IsCharging',
  'FullyCharged',
  'CurrentCapacity',
  'MaxCapacity',
  'NominalChargeCapacity',
  'AppleRawMaxCapacity',
  'DesignCapacity',
  'BatteryData',
  'CycleCount',
  'Voltage',
  'InstantAmperage',
  'Amperage',
  'TimeRemaining',
  'Temperature',
] as const

/** It has no idea. */
const UNTOLD_MINUTES = 0xffff

/** What the driver of the battery tells (`AppleSmartBattery`); null: the registry is not to be had. No battery: all of it null. */
export function readMacPower(kit: IoKit): MacPower | null {
  const found = kit.each('AppleSmartBattery', propertiesOf)
  if (found === null) return null
  const battery = found.find((each) => flagIn(each, 'BatteryInstalled') !== false)
  if (battery === undefined) return { onAc: null, battery: null, sensors: [] }
  const centi = figureIn(battery, 'Temperature')
  return {
    onAc: flagIn(battery, 'ExternalConnected'),
    battery: batteryOf(battery),
    sensors: centi === null || centi <= 0 ? [] : [temperatureSensor(centi / 100)],
  }
}

function propertiesOf(entry: RegistryEntry): PropertyDictionary {
  return new Map(
    NAMES.flatMap((name) => {
      const value = entry.property(name)
      return value === null ? [] : [[name, value] as const]
    }),
  )
}

/** Some newer systems have the figures of the cells in a dictionary of their own. */
function figureIn(battery: PropertyDictionary, name: string): number | null {
  const cells = dictionaryIn(battery, 'BatteryData')
  return numberIn(battery, name) ?? (cells === null ? null : numberIn(cells, name))
}

function batteryOf(battery: PropertyDictionary): BatterySample {
  const figure = (name: string) => figureIn(battery, name)
  const status = statusOf(battery)
  const current = numberIn(battery, 'CurrentCapacity')
  const most = numberIn(battery, 'MaxCapacity')
  // Both percent on Apple silicon, both mAh on Intel.
  const percent = current === null || most === null || most <= 0 ? null : (current / most) * 100
  const full =
    figure('NominalChargeCapacity') ??
    figure('AppleRawMaxCapacity') ??
    (most !== null && most > 100 ? most : null)
  const design = figure('DesignCapacity')
  const volts = figure('Voltage')
  const amperes = figure('InstantAmperage') ?? figure('Amperage')
  const minutes = figure('TimeRemaining')
  return {
    percent,
    status,
    watts: volts === null || amperes === null ? null : Math.abs(volts * amperes) / 1e6,
    secondsLeft:
      minutes === null || minutes <= 0 || minutes >= UNTOLD_MINUTES || status === 'full'
        ? null
        : minutes * 60,
    healthPercent: full === null || design === null || design <= 0 ? null : (full / design) * 100,
    cycles: figure('CycleCount'),
  }
}

function statusOf(battery: PropertyDictionary): string | null {
  if (flagIn(battery, 'FullyCharged') === true) return 'full'
  if (flagIn(battery, 'IsCharging') === true) return 'charging'
  const onAc = flagIn(battery, 'ExternalConnected')
  return onAc === null ? null : onAc ? 'not charging' : 'discharging'
}

const temperatureSensor = (celsius: number): SensorSample => ({
  id: 'battery/temperature',
  chip: 'battery',
  label: 'Battery',
  kind: 'temperature',
  value: celsius,
  high: null,
  critical: null,
})
