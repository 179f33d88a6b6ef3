import type { NetworkKind } from '../../machine.ts'
import { cleanName } from '../../text/clean.ts'
import { utf16Until } from '../utf16.ts'

/** Size of MIB_IF_ROW2, bytes. */
export const INTERFACE_ROW_SIZE = 1352
/** Where the first is in MIB_IF_TABLE2. */
const FIRST_ROW = 8

export interface InterfaceRow {
  index: number
  /** As the user knows it: `Ethernet`, `WLAN 2`. */
  alias: string
  description: string
  mac: string | null
  kind: NetworkKind
  hardware: boolean
  /** A driver that looks at another interface's packets: its bytes are that interface's. */
  filter: boolean
  up: boolean
  linkBitsPerSecond: number | null
  recvBytes: number
  sentBytes: number
  recvPackets: number
  sentPackets: number
  errors: number
  drops: number
}

// Source: ifType of the IANA, ipifcons.h.
const KINDS = new Map<number, NetworkKind>([
  [6, 'ethernet'],
  [23, 'tunnel'], // PPP: VPN and dial-up
  [24, 'loopback'],
  [71, 'wifi'],
  [131, 'tunnel'],
])

/** All interfaces. Source: GetIfTable2. What is cut off at the end is left out. */
export function parseInterfaces(bytes: Buffer): InterfaceRow[] {
  const count = bytes.length < FIRST_ROW ? 0 : bytes.readUInt32LE(0)
  const rows: InterfaceRow[] = []
  for (let entry = 0; entry < count; entry++) {
    const row = parseInterface(bytes.subarray(FIRST_ROW + entry * INTERFACE_ROW_SIZE))
    if (row === null) break
    rows.push(row)
  }
  return rows
}

/** Bytes of a table with so many rows. */
export const interfaceTableSize = (rows: number): number => FIRST_ROW + rows * INTERFACE_ROW_SIZE

/** One interface. Source: MIB_IF_ROW2 of netioapi.h. null when there are fewer bytes than it has. */
export function parseInterface(row: Buffer): InterfaceRow | null {
  if (row.length < INTERFACE_ROW_SIZE) return null
  const count = (offset: number) => Number(row.readBigUInt64LE(offset))
  const type = row.readUInt32LE(0x468)
  const flags = row.readUInt8(0x480)
  const hardware = (flags & 1) !== 0
  const up = row.readUInt32LE(0x484) === 1
  return {
    index: row.readUInt32LE(0x08),
    alias: cleanName(utf16Until(row, 0x1c, 0x21e)),
    description: cleanName(utf16Until(row, 0x21e, 0x420)),
    mac: macOf(row),
    kind: type === 6 && !hardware ? 'virtual' : (KINDS.get(type) ?? 'unknown'),
    hardware,
    filter: (flags & 2) !== 0,
    up,
    linkBitsPerSecond: up ? linkSpeed(row) : null,
    recvBytes: count(0x4b8),
    sentBytes: count(0x500),
    recvPackets: count(0x4c0) + count(0x4c8),
    sentPackets: count(0x508) + count(0x510),
    errors: count(0x4d8) + count(0x520),
    drops: count(0x4d0) + count(0x518),
  }
}

const ALL_ONES = 0xffff_ffff_ffff_ffffn

/** The slower of both directions; all ones, or nothing, is not known. */
function linkSpeed(row: Buffer): number | null {
  const speeds = [0x4a8, 0x4b0].map((offset) => row.readBigUInt64LE(offset))
  const known = speeds.filter((speed) => speed !== 0n && speed !== ALL_ONES).map(Number)
  return known.length === 0 ? null : Math.min(...known)
}

function macOf(row: Buffer): string | null {
  const length = Math.min(32, row.readUInt32LE(0x420))
  const address = row.subarray(0x424, 0x424 + length)
  if (address.every((byte) => byte === 0)) return null
  return Array.from(address, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}
