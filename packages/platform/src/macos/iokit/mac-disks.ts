import type { DiskKind, DiskSample } from '../../machine.ts'
import {
  isDictionary,
  numberIn,
  textIn,
  type PropertyDictionary,
} from '../property-lists/property-value.ts'
import type { IoKit, RegistryEntry } from './io-kit.ts'

/**
 * Disks with their counters; null: the registry is not to be had. Images that are attached as disks are left out: what
 * is read of them is read of the disk they lie on. Source: IOBlockStorageDriver.h of IOStorageFamily, times in
 * nanoseconds.
 */
export function readMacDisks(kit: IoKit): DiskSample[] | null {
  return kit.each('IOBlockStorageDriver', diskOf)?.filter((disk) => disk !== null) ?? null
}

function diskOf(entry: RegistryEntry): DiskSample | null {
  const statistics = entry.property('Statistics')
  const name = entry.below('BSD Name')
  if (!isDictionary(statistics) || typeof name !== 'string') return null
  const readBytes = numberIn(statistics, 'Bytes (Read)')
  const writeBytes = numberIn(statistics, 'Bytes (Write)')
  const protocol = dictionaryAbove(entry, 'Protocol Characteristics')
  if (readBytes === null || writeBytes === null) return null
  if (textIn(protocol, 'Physical Interconnect Location') === 'File') return null
  const device = dictionaryAbove(entry, 'Device Characteristics')
  const size = entry.below('Size')
  const milliseconds = (key: string) => {
    const nanoseconds = numberIn(statistics, key)
    return nanoseconds === null ? null : nanoseconds / 1e6
  }
  return {
    id: name,
    model: textIn(device, 'Product Name')?.trim() ?? null,
    firmware: textIn(device, 'Product Revision Level')?.trim() ?? null,
    kind: kindOf(protocol, device),
    sizeBytes: typeof size === 'number' && size > 0 ? size : null,
    readBytes,
    writeBytes,
    reads: numberIn(statistics, 'Operations (Read)'),
    writes: numberIn(statistics, 'Operations (Write)'),
    readMs: milliseconds('Total Time (Read)'),
    writeMs: milliseconds('Total Time (Write)'),
    busyMs: null,
    queueMs: null,
    temperatureCelsius: null,
    health: null,
    partitions: [],
  }
}

function dictionaryAbove(entry: RegistryEntry, name: string): PropertyDictionary {
  const value = entry.above(name)
  return isDictionary(value) ? value : new Map()
}

/** Source: IOStorageProtocolCharacteristics.h, IOStorageDeviceCharacteristics.h. */
function kindOf(protocol: PropertyDictionary, device: PropertyDictionary): DiskKind {
  const interconnect = textIn(protocol, 'Physical Interconnect')
  if (interconnect === 'Virtual Interface') return 'virtual'
  if (interconnect === 'USB' || interconnect === 'Secure Digital') return 'removable'
  if (interconnect === 'Apple Fabric' || interconnect?.startsWith('PCI') === true) return 'nvme'
  const medium = textIn(device, 'Medium Type')
  if (medium === 'Solid State') return 'ssd'
  return medium === 'Rotational' ? 'hdd' : 'unknown'
}
