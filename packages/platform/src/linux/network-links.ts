import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import type { NetworkKind } from '../machine.ts'
import type { PlatformOptions } from '../options.ts'
import { parseWireless } from './parse-wireless.ts'
import { list, readLines, readNumber, readText } from './sysfs.ts'

/** What changes rarely about an interface. Source: sysfs-class-net of the kernel's ABI documents. */
export interface NetworkLink {
  kind: NetworkKind
  /** Hardware is behind it. */
  physical: boolean
  /**
   * What it carries is counted at another interface as well: it joins others (bridge, bond, VLAN), is a port of a
   * switch behind one (DSA), or the fast way beneath one that has hardware itself (accelerated networking of Azure).
   */
  countedElsewhere: boolean
  up: boolean | null
  linkBitsPerSecond: number | null
  /** Of Wi-Fi. */
  signalDbm: number | null
  mac: string | null
  addresses: string[]
}

export type AddressesOf = () => NodeJS.Dict<readonly { cidr: string | null; address: string }[]>

/** All interfaces by name. Reading `speed` or the signal can wait for the driver, so this is never part of a tick. */
export async function readNetworkLinks(
  { procRoot, sysRoot }: Pick<PlatformOptions, 'procRoot' | 'sysRoot'>,
  addressesOf: AddressesOf = networkInterfaces,
): Promise<Map<string, NetworkLink>> {
  const folder = path.join(sysRoot, 'class/net')
  const addresses = addressesOf()
  const signals = parseWireless(await readLines(path.join(procRoot, 'net/wireless')))
  const links = new Map<string, NetworkLink>()
  for (const name of await list(folder)) {
    const link = await readLink(path.join(folder, name))
    const own = addresses[name] ?? []
    links.set(name, {
      ...link,
      signalDbm: signals.get(name) ?? null,
      addresses: own.map(({ cidr, address }) => cidr ?? address),
    })
  }
  return links
}

async function readLink(folder: string): Promise<Omit<NetworkLink, 'addresses' | 'signalDbm'>> {
  const has = (name: string) => existsSync(path.join(folder, name))
  const type = await readNumber(path.join(folder, 'type'))
  const up = isUp(
    await readText(path.join(folder, 'operstate')),
    await readText(path.join(folder, 'carrier')),
  )
  const mbits = up === false ? null : await readNumber(path.join(folder, 'speed'))
  const mac = await readText(path.join(folder, 'address'))
  const countedElsewhere =
    has('bridge') ||
    has('bonding') ||
    has('master/device') ||
    /^DEVTYPE=(?:vlan|dsa)$/m.test(await readLines(path.join(folder, 'uevent')))
  return {
    kind: kindOf(type, has),
    physical: has('device'),
    countedElsewhere,
    up,
    linkBitsPerSecond: mbits === null || mbits <= 0 || mbits >= UNKNOWN_SPEED ? null : mbits * 1e6,
    mac: mac === null || /^[0:]+$/.test(mac) ? null : mac,
  }
}

/** SPEED_UNKNOWN is -1, which some drivers write as an unsigned number. */
const UNKNOWN_SPEED = 0xffff_ffff

// Numbers of ARPHRD_* in if_arp.h.
const ETHERNET = 1
const LOOPBACK = 772
const TUNNELS = new Set([65534, 768, 769, 776, 778, 512])

function kindOf(type: number | null, has: (name: string) => boolean): NetworkKind {
  if (type === LOOPBACK) return 'loopback'
  if (has('wireless') || has('phy80211')) return 'wifi'
  if (has('tun_flags') || (type !== null && TUNNELS.has(type))) return 'tunnel'
  if (has('device')) return type === ETHERNET ? 'ethernet' : 'unknown'
  return type === ETHERNET ? 'virtual' : 'unknown'
}

/** `unknown` is what loopback and tunnels say; then the carrier decides. */
function isUp(operstate: string | null, carrier: string | null): boolean | null {
  if (operstate === 'up') return true
  if (operstate === 'unknown' || operstate === 'dormant') return carrier === '1'
  if (operstate === null) return carrier === null ? null : carrier === '1'
  return false
}
