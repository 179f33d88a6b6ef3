import type { AddressesOf } from '../../linux/network-links.ts'
import type { NetworkKind, NetworkSample } from '../../machine.ts'
import { MAC_ERRNO, type MacLibrary } from '../lib-system.ts'
import {
  INTERFACE_DATA_SIZE,
  type InterfaceCounters,
  type InterfaceRecord,
  parseInterfaceData,
  parseInterfaceList,
} from './parse-interfaces.ts'

// Source: sys/socket.h, net/route.h, net/if_mib.h.
const CTL_NET = 4
const AF_ROUTE = 17
const AF_LINK = 18
const NET_RT_IFLIST2 = 6
const IFMIB_IFDATA = 2
const IFDATA_GENERAL = 1
const LIST = Int32Array.of(CTL_NET, AF_ROUTE, 0, 0, NET_RT_IFLIST2, 0)
const FIRST_ROOM = 1 << 14

// Source: net/if_types.h. Wi-Fi says that it is Ethernet.
const IFT_ETHER = 6
const IFT_LOOP = 24
const TUNNELS: ReadonlySet<number> = new Set([1, 23, 55, 57]) // other (utun), PPP, GIF, STF

/** Interfaces with their counters: the list, and the whole counters of each. */
export class MacNetworks {
  readonly #library: MacLibrary
  readonly #addresses: AddressesOf
  readonly #name = Int32Array.of(CTL_NET, AF_LINK, 0, IFMIB_IFDATA, 0, IFDATA_GENERAL)
  readonly #data = Buffer.alloc(INTERFACE_DATA_SIZE)
  #room = Buffer.alloc(FIRST_ROOM)

  constructor(library: MacLibrary, addresses: AddressesOf) {
    this.#library = library
    this.#addresses = addresses
  }

  /** null when the system does not list them. */
  read(): NetworkSample[] | null {
    const bytes = this.#list()
    if (bytes === null) return null
    const records = parseInterfaceList(bytes)
    const addresses = this.#addresses()
    const hasHardware = records.some(isHardware)
    return records.map((record) => {
      const counters = this.#countersOf(record)
      return {
        id: record.name,
        kind: kindOf(record),
        counted: hasHardware ? isHardware(record) : record.type !== IFT_LOOP,
        up: record.running,
        linkBitsPerSecond: counters.bitsPerSecond > 0 ? counters.bitsPerSecond : null,
        signalDbm: null,
        mac: record.mac,
        addresses: (addresses[record.name] ?? []).map(({ cidr, address }) => cidr ?? address),
        recvBytes: counters.recvBytes,
        sentBytes: counters.sentBytes,
        recvPackets: counters.recvPackets,
        sentPackets: counters.sentPackets,
        errors: counters.errors,
        drops: counters.drops,
      }
    })
  }

  #list(): Buffer | null {
    for (let tries = 0; tries < 4; tries++) {
      const length = this.#library.system(LIST, this.#room)
      if (length >= 0) return this.#room.subarray(0, length)
      if (this.#library.lastErrno() !== MAC_ERRNO.ENOMEM) return null
      const needed = Math.max(this.#library.systemSize(LIST), this.#room.length)
      this.#room = Buffer.alloc(needed * 2)
    }
    return null
  }

  /** The list has its bytes rounded and wrapped at 4 GiB; they are taken only where there is nothing better. */
  #countersOf(record: InterfaceRecord): InterfaceCounters {
    this.#name[4] = record.index
    if (this.#library.system(this.#name, this.#data) !== INTERFACE_DATA_SIZE) return record.counters
    const { name, counters } = parseInterfaceData(this.#data)
    return name === record.name ? counters : record.counters
  }
}

/** `en` with a number: built in, plugged in, or a telephone; others carry the same bytes once more. */
const isHardware = ({ name, type }: InterfaceRecord): boolean =>
  type === IFT_ETHER && /^en\d+$/.test(name)

function kindOf(record: InterfaceRecord): NetworkKind {
  if (record.type === IFT_LOOP) return 'loopback'
  if (TUNNELS.has(record.type) || /^(?:utun|ipsec|ppp)\d+$/.test(record.name)) return 'tunnel'
  return isHardware(record) ? 'unknown' : 'virtual'
}
