import type { DBusValue } from '../dbus/dbus-values.ts'
import { textOf } from '../dbus/dbus-values.ts'
import { ataFacts, type SmartAttribute } from './ata-health.ts'
import {
  exactOrNull,
  NO_FACTS,
  plausibleCelsius,
  type DriveComplaint,
  type DriveFacts,
} from './drive-health.ts'
import { KELVIN_AT_ZERO_CELSIUS, passesWith, spareOf } from './nvme-health.ts'

/** Of an object on the bus, by name. */
export type Properties = ReadonlyMap<DBusValue, DBusValue>

const SECTOR_BYTES = 512

/**
 * Facts of an ATA drive as UDisks read them.
 * @param table what `SmartGetAttributes` of Drive.Ata answers, `a(ysqiiixia{sv})`
 */
export function udisksAtaFacts(
  properties: Properties,
  table: DBusValue | null,
  isRotating: boolean,
): DriveFacts {
  const rows = Array.isArray(table) ? (table as readonly DBusValue[][]) : null
  const attributes = rows?.map(([id, , flags, value, , , pretty]): SmartAttribute => ({
    id: Number(id),
    isPrefailure: Number(flags) % 2 === 1,
    value: Number(value),
    raw: Number(pretty),
  }))
  const limits = rows?.map(([id, , , , , limit]) => [Number(id), Number(limit)] as const)
  const failing = properties.get('SmartFailing')
  const seconds = numberOf(properties, 'SmartPowerOnSeconds')
  return {
    ...ataFacts({
      identity: { smart: 'on', hasLogs: false, isRotating, sectorBytes: SECTOR_BYTES },
      passed: typeof failing === 'boolean' ? !failing : null,
      attributes: attributes ?? null,
      thresholds: limits === undefined ? null : new Map(limits),
      general: null,
      solidState: null,
    }),
    // In the table these two stand in other units; 0 is how it says that it does not know.
    temperatureCelsius: celsiusOf(properties),
    powerOnHours: seconds === null || seconds === 0 ? null : Math.floor(seconds / 3600),
  }
}

const WARNINGS: Readonly<Record<string, DriveComplaint>> = {
  spare: 'spare_used_up',
  temperature: 'temperature',
  degraded: 'unreliable',
  readonly: 'read_only',
  volatile_mem: 'backup_power_failed',
  pmr_readonly: 'persistent_memory_unreliable',
}

/**
 * Facts of an NVMe drive as UDisks (from 2.10) read them.
 * @param table what `SmartGetAttributes` of NVMe.Controller answers, `a{sv}`
 */
export function udisksNvmeFacts(properties: Properties, table: DBusValue | null): DriveFacts {
  const attributes: Properties = table instanceof Map ? table : new Map()
  const warnings = properties.get('SmartCriticalWarning')
  const complaints = (Array.isArray(warnings) ? (warnings as readonly DBusValue[]) : []).flatMap(
    (word) => WARNINGS[textOf(word)] ?? [],
  )
  const counter = (name: string) => exactOrNull(numberOf(attributes, name) ?? -1)
  const spare = [numberOf(attributes, 'avail_spare'), numberOf(attributes, 'spare_thresh')] as const
  return {
    ...NO_FACTS,
    protocol: 'nvme',
    passed: passesWith(complaints),
    complaints,
    temperatureCelsius: celsiusOf(properties),
    ...(spare[0] === null || spare[1] === null ? {} : spareOf(spare[0], spare[1])),
    usedPercent: numberOf(attributes, 'percent_used'),
    // 0: the drive does not count them.
    readBytes: counter('total_data_read') || null,
    writtenBytes: counter('total_data_written') || null,
    powerCycles: counter('power_cycles'),
    powerOnHours: exactOrNull(numberOf(properties, 'SmartPowerOnHours') ?? -1),
    unsafeShutdowns: counter('unsafe_shutdowns'),
    mediaErrors: counter('media_errors'),
  }
}

/** Kelvin there; 0: not known. */
function celsiusOf(properties: Properties): number | null {
  const kelvin = numberOf(properties, 'SmartTemperature')
  return kelvin === null || kelvin === 0
    ? null
    : plausibleCelsius(Math.round(kelvin - KELVIN_AT_ZERO_CELSIUS))
}

function numberOf(properties: Properties, name: string): number | null {
  const value = properties.get(name)
  return typeof value === 'number' ? value : null
}
