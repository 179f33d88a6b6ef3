import type { BoardInfo, MemoryModule } from '../../machine-info.ts'
import { cleanName } from '../../text/clean.ts'

/** What the maker wrote into the machine. */
export interface FirmwareTables {
  board: BoardInfo
  modules: MemoryModule[]
}

/** One structure: its fields by offset, and its strings. */
interface Structure {
  type: number
  fields: Buffer
  strings: string[]
}

// Source: DMTF DSP0134 (SMBIOS), the numbers of the structures.
const BIOS = 0
const SYSTEM = 1
const BOARD = 2
const MEMORY_DEVICE = 17
const END_OF_TABLE = 127

const MEMORY_TYPES = new Map<number, string>([
  [0x12, 'DDR'],
  [0x13, 'DDR2'],
  [0x18, 'DDR3'],
  [0x1a, 'DDR4'],
  [0x1b, 'LPDDR'],
  [0x1c, 'LPDDR2'],
  [0x1d, 'LPDDR3'],
  [0x1e, 'LPDDR4'],
  [0x20, 'HBM'],
  [0x21, 'HBM2'],
  [0x22, 'DDR5'],
  [0x23, 'LPDDR5'],
  [0x24, 'HBM3'],
])

/** Where the table begins in what GetSystemFirmwareTable('RSMB') fills in. */
const TABLE_AT = 8

/** Board and memory modules. Source: RawSMBIOSData; what is cut off or not filled in is left out. */
export function parseFirmwareTables(bytes: Buffer): FirmwareTables {
  const all = structuresOf(bytes.subarray(TABLE_AT))
  const first = (type: number) => all.find((structure) => structure.type === type)
  const [bios, system, board] = [first(BIOS), first(SYSTEM), first(BOARD)]
  return {
    board: {
      manufacturer: stringAt(system, 4) ?? stringAt(board, 4),
      model: stringAt(system, 5) ?? stringAt(board, 5),
      bios: stringAt(bios, 5),
    },
    modules: all.flatMap((structure) =>
      structure.type === MEMORY_DEVICE ? (moduleOf(structure) ?? []) : [],
    ),
  }
}

function structuresOf(table: Buffer): Structure[] {
  const all: Structure[] = []
  for (let at = 0; at + 4 <= table.length;) {
    const length = table.readUInt8(at + 1)
    if (length < 4 || at + length > table.length) break
    const type = table.readUInt8(at)
    if (type === END_OF_TABLE) break
    const { strings, next } = stringsAfter(table, at + length)
    all.push({ type, fields: table.subarray(at, at + length), strings })
    at = next
  }
  return all
}

/** Strings up to an empty one; without any there are two NULs. */
function stringsAfter(table: Buffer, from: number): { strings: string[]; next: number } {
  const strings: string[] = []
  let at = from
  while (at < table.length) {
    const end = table.indexOf(0, at)
    if (end < 0) return { strings, next: table.length }
    if (end === at) return { strings, next: strings.length === 0 ? at + 2 : at + 1 }
    strings.push(table.toString('latin1', at, end))
    at = end + 1
  }
  return { strings, next: table.length }
}

/** What makers leave when they fill in nothing. */
const PLACEHOLDER =
  /^(?:unknown|none|not specified|not available|to be filled.*|system manufacturer|system product name|default string|o\.e\.m.*|0+|-)$/i

/** The field has the number of a string, from 1. */
function stringAt(structure: Structure | undefined, offset: number): string | null {
  const number = structure?.fields[offset] ?? 0
  const text = cleanName((structure?.strings[number - 1] ?? '').trim())
  return text === '' || PLACEHOLDER.test(text) ? null : text
}

const UNKNOWN_SIZE = 0xffff
const SIZE_IS_ELSEWHERE = 0x7fff
const KIBIBYTES = 0x8000
const MIB = 1024 ** 2

/** null: the slot is empty. */
function moduleOf(structure: Structure): MemoryModule | null {
  const { fields } = structure
  const sizeBytes = moduleSize(fields)
  if (sizeBytes === 0) return null
  const speed = wordAt(fields, 0x20) || wordAt(fields, 0x15)
  return {
    slot: stringAt(structure, 0x10),
    sizeBytes,
    type: MEMORY_TYPES.get(fields[0x12] ?? 0) ?? null,
    speedMts: speed === 0 || speed === 0xffff ? null : speed,
    manufacturer: stringAt(structure, 0x17),
  }
}

/** null: not known; 0: nothing is in the slot. */
function moduleSize(fields: Buffer): number | null {
  const size = wordAt(fields, 0x0c)
  if (size === UNKNOWN_SIZE) return null
  if (size === SIZE_IS_ELSEWHERE)
    return fields.length < 0x20 ? null : (fields.readUInt32LE(0x1c) & 0x7fff_ffff) * MIB
  return (size & KIBIBYTES) === 0 ? size * MIB : (size & (KIBIBYTES - 1)) * 1024
}

const wordAt = (fields: Buffer, offset: number) =>
  offset + 2 <= fields.length ? fields.readUInt16LE(offset) : 0
