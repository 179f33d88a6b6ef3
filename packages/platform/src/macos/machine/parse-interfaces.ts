import { cleanName } from '../../text/clean.ts'
import { needBytes, textEnd, u64At } from '../bytes.ts'

/** What both lists of interfaces have of one. Source: `struct if_data64` of net/if_var.h of xnu. */
export interface InterfaceCounters {
  bitsPerSecond: number
  recvPackets: number
  sentPackets: number
  recvBytes: number
  sentBytes: number
  errors: number
  drops: number
}

export interface InterfaceRecord {
  index: number
  name: string
  /** `IFT_…` of net/if_types.h. */
  type: number
  /** Has a carrier. */
  running: boolean
  mac: string | null
  counters: InterfaceCounters
}

const IF_DATA_SIZE = 128
const RTM_IFINFO2 = 0x12
/** Bytes of `struct if_msghdr2`; its counters lie at 32, behind it the name and the address. */
const HEAD = 160
const DATA = 32
const IFF_RUNNING = 0x40
const AF_LINK = 18

/**
 * `sysctl(NET_RT_IFLIST2)`: records of several kinds, each beginning with its length. Source: net/route.h.
 * To programs without an entitlement of Apple its bytes are rounded to KiB and wrap at 4 GiB; `parseInterfaceData`
 * has the whole ones.
 * @throws ProcParseError when a record is longer than what is left
 */
export function parseInterfaceList(bytes: Buffer): InterfaceRecord[] {
  const found: InterfaceRecord[] = []
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at)
    needBytes('NET_RT_IFLIST2', bytes, Math.max(4, length), at)
    if (bytes[at + 3] === RTM_IFINFO2 && length >= HEAD) {
      const record = interfaceOf(bytes.subarray(at, at + length))
      if (record !== null) found.push(record)
    }
    at += Math.max(4, length)
  }
  return found
}

/** null without a name: it then is not told what it is. */
function interfaceOf(record: Buffer): InterfaceRecord | null {
  const address = record.subarray(HEAD) // struct sockaddr_dl of net/if_dl.h
  if (address.length < 8 || address[1] !== AF_LINK) return null
  const nameLength = address[5] as number
  const macEnd = 8 + nameLength + (address[6] as number)
  const name = cleanName(address.subarray(8, 8 + nameLength))
  if (name === '') return null
  const mac = macEnd <= address.length ? address.subarray(8 + nameLength, macEnd) : Buffer.alloc(0)
  return {
    index: record.readUInt16LE(12),
    name,
    type: record[DATA] as number,
    running: (record.readUInt32LE(8) & IFF_RUNNING) !== 0,
    mac: mac.length === 6 ? (mac.toString('hex').match(/../g) ?? []).join(':') : null,
    counters: countersAt(record, DATA),
  }
}

/** Bytes of `struct ifmibdata`: the name, five numbers, four spare ones, then the counters. */
export const INTERFACE_DATA_SIZE = 180

/**
 * `sysctl(IFMIB_IFDATA, index, IFDATA_GENERAL)`: the counters of one interface as they are. Source: net/if_mib.h.
 * @throws ProcParseError when it is cut
 */
export function parseInterfaceData(bytes: Buffer): { name: string; counters: InterfaceCounters } {
  needBytes('ifmibdata', bytes, INTERFACE_DATA_SIZE)
  return {
    name: cleanName(bytes.subarray(0, textEnd(bytes, 0, 16))),
    counters: countersAt(bytes, INTERFACE_DATA_SIZE - IF_DATA_SIZE),
  }
}

function countersAt(bytes: Buffer, at: number): InterfaceCounters {
  return {
    bitsPerSecond: u64At(bytes, at + 16),
    recvPackets: u64At(bytes, at + 24),
    sentPackets: u64At(bytes, at + 40),
    recvBytes: u64At(bytes, at + 64),
    sentBytes: u64At(bytes, at + 72),
    errors: u64At(bytes, at + 32) + u64At(bytes, at + 48),
    drops: u64At(bytes, at + 96),
  }
}
