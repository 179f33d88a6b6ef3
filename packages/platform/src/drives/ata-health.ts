import {
  exactOrNull,
  isBlank,
  NO_FACTS,
  plausibleCelsius,
  type DriveFacts,
} from './drive-health.ts'
import { BLOCK_BYTES } from './sg-io.ts'

export interface AtaIdentity {
  smart: 'on' | 'off' | 'none'
  /** General purpose logs, and so the device statistics, may be read. */
  hasLogs: boolean
  isRotating: boolean
  sectorBytes: number
}

/** IDENTIFY DEVICE; null: blank. Source: ACS-4. */
export function parseAtaIdentity(block: Buffer): AtaIdentity | null {
  if (block.length < BLOCK_BYTES || isBlank(block)) return null
  const word = (index: number) => block.readUInt16LE(index * 2)
  // A word says that it is filled in by 01 in its two top bits.
  const filled = (index: number) => word(index) >> 14 === 0b01
  const has = filled(83) && (word(82) & 1) === 1
  const longSectors = filled(106) && ((word(106) >> 12) & 1) === 1
  const sectorBytes = longSectors ? (word(118) * 0x1_0000 + word(117)) * 2 : BLOCK_BYTES
  return {
    smart: !has ? 'none' : (word(85) & 1) === 1 ? 'on' : 'off',
    hasLogs: filled(87) && ((word(87) >> 5) & 1) === 1,
    isRotating: word(217) !== 1,
    sectorBytes: sectorBytes >= BLOCK_BYTES ? sectorBytes : BLOCK_BYTES,
  }
}

export interface SmartAttribute {
  id: number
  /** It foretells a failure; else it tells of age. */
  isPrefailure: boolean
  /** Normalised by the maker: falls towards the limit. */
  value: number
  /** Six bytes whose meaning is the maker's. */
  raw: number
}

const ENTRIES_AT = 2
const ENTRY_BYTES = 12
const MOST_ENTRIES = 30

/** SMART READ DATA; null: blank or damaged. Source: ATA-5 for the layout, which later editions leave to the makers. */
export function parseSmartAttributes(block: Buffer): SmartAttribute[] | null {
  return (
    entriesOf(block)?.map((entry) => ({
      id: entry.readUInt8(0),
      isPrefailure: (entry.readUInt8(1) & 1) === 1,
      value: entry.readUInt8(3),
      raw: entry.readUIntLE(5, 6),
    })) ?? null
  )
}

/** SMART READ THRESHOLDS: limit by attribute; null: blank or damaged. 0: it never fails. */
export function parseSmartThresholds(block: Buffer): ReadonlyMap<number, number> | null {
  const entries = entriesOf(block)
  return entries === null
    ? null
    : new Map(entries.map((entry) => [entry.readUInt8(0), entry.readUInt8(1)]))
}

function entriesOf(block: Buffer): Buffer[] | null {
  if (block.length < BLOCK_BYTES || isBlank(block)) return null
  const sum = block.subarray(0, BLOCK_BYTES).reduce((total, byte) => total + byte, 0)
  if (sum % 256 !== 0) return null
  const entries = Array.from({ length: MOST_ENTRIES }, (_, index) => {
    const at = ENTRIES_AT + index * ENTRY_BYTES
    return block.subarray(at, at + ENTRY_BYTES)
  })
  return entries.filter((entry) => entry[0] !== 0)
}

/** Does the directory of logs list this one? Source: ACS-4, General Purpose Log Directory. */
export function hasLog(directory: Buffer, log: number): boolean {
  return (
    directory.length >= BLOCK_BYTES && !isBlank(directory) && directory.readUInt16LE(log * 2) > 0
  )
}

export const STATISTICS_PAGES = { general: 0x01, solidState: 0x07 } as const

/** Values of one page of the device statistics, as far as the drive says that they are valid. */
export interface AtaStatistics {
  powerCycles: number | null
  powerOnHours: number | null
  writtenSectors: number | null
  readSectors: number | null
  usedPercent: number | null
}

/** A page of the Device Statistics log (04h); null: blank or of another number. Source: ACS-4. */
export function parseAtaStatistics(block: Buffer): AtaStatistics | null {
  if (block.length < BLOCK_BYTES || isBlank(block)) return null
  const page = block.readUInt8(2)
  const value = (ofPage: number, offset: number, bytes: number) => {
    const isValid = (block.readUInt8(offset + 7) & 0xc0) === 0xc0 // supported, and valid
    return page === ofPage && isValid ? block.readUIntLE(offset, bytes) : null
  }
  const { general, solidState } = STATISTICS_PAGES
  if (page !== general && page !== solidState) return null
  return {
    powerCycles: value(general, 8, 4),
    powerOnHours: value(general, 16, 4),
    writtenSectors: value(general, 24, 6),
    readSectors: value(general, 40, 6),
    usedPercent: value(solidState, 8, 1),
  }
}

/** What is read of an ATA drive; null: it did not give it. */
export interface AtaAnswers {
  identity: AtaIdentity
  passed: boolean | null
  attributes: SmartAttribute[] | null
  thresholds: ReadonlyMap<number, number> | null
  general: AtaStatistics | null
  solidState: AtaStatistics | null
}

/** In words, as far as makers agree on the number. Source: what drives are documented to use. */
const ATTRIBUTE_NAMES: Readonly<Record<number, string>> = {
  1: 'read error rate',
  3: 'spin-up time',
  5: 'reallocated sectors',
  7: 'seek error rate',
  10: 'spin retries',
  160: 'uncorrectable sectors',
  169: 'remaining life',
  170: 'spare blocks',
  173: 'wear',
  177: 'wear',
  179: 'spare blocks used',
  184: 'end-to-end errors',
  187: 'uncorrectable errors',
  188: 'command time-outs',
  190: 'temperature',
  194: 'temperature',
  196: 'reallocation events',
  197: 'pending sectors',
  198: 'uncorrectable sectors',
  202: 'remaining life',
  231: 'remaining life',
  232: 'spare blocks',
  233: 'wear',
}

/** Normalised values that start at 100 for a new drive and fall with wear, in the order of trust. */
const WEAR_ATTRIBUTES = [231, 233, 202, 177, 169, 173]

export function ataFacts({
  identity,
  passed,
  attributes,
  thresholds,
  general,
  solidState,
}: AtaAnswers): DriveFacts {
  const byId = new Map(attributes?.map((attribute) => [attribute.id, attribute]))
  /** The low `bits` of the raw value: makers keep other things above them. */
  const raw = (id: number, bits = 48) => {
    const attribute = byId.get(id)
    return attribute === undefined ? null : attribute.raw % 2 ** bits
  }
  const failing = (attributes ?? []).filter(({ id, value }) => {
    const limit = thresholds?.get(id) ?? 0
    return limit > 0 && limit <= 253 && value <= limit
  })
  const foretells = failing.some(({ isPrefailure }) => isPrefailure)
  const bytes = (sectors: number | null | undefined) =>
    sectors == null ? null : exactOrNull(sectors * identity.sectorBytes)
  const wear = identity.isRotating ? undefined : WEAR_ATTRIBUTES.find((id) => byId.has(id))
  const left = wear === undefined ? null : (byId.get(wear)?.value ?? null)
  return {
    ...NO_FACTS,
    protocol: 'ata',
    passed: passed ?? (thresholds === null || attributes === null ? null : !foretells),
    complaints: [
      ...(foretells ? (['failing_attribute'] as const) : []),
      ...(failing.some(({ isPrefailure }) => !isPrefailure) ? (['aged_attribute'] as const) : []),
    ],
    failingAttributes: failing.map(({ id }) => ATTRIBUTE_NAMES[id] ?? `attribute ${id}`),
    temperatureCelsius: temperatureOf(raw(194, 8)) ?? temperatureOf(raw(190, 8)),
    usedPercent: solidState?.usedPercent ?? (left === null || left > 100 ? null : 100 - left),
    powerOnHours: general?.powerOnHours ?? raw(9, 24),
    powerCycles: general?.powerCycles ?? raw(12),
    // Hard disks count every parking of their heads there.
    unsafeShutdowns: identity.isRotating ? null : (raw(174) ?? raw(192)),
    readBytes: bytes(general?.readSectors),
    writtenBytes: bytes(general?.writtenSectors),
    mediaErrors: raw(187, 32) ?? raw(198, 32),
    reallocatedSectors: raw(5, 16),
    pendingSectors: raw(197, 32),
  }
}

const temperatureOf = (celsius: number | null) =>
  celsius === null ? null : plausibleCelsius(celsius)
