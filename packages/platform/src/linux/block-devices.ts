import { existsSync } from 'node:fs'
import path from 'node:path'
import type { DiskKind } from '../machine.ts'
import { linkNow, listNow, readNumberNow, readTextNow } from './sysfs.ts'
import { SECTOR_BYTES } from './parse-diskstats.ts'

/** What does not change about a disk while it is plugged in. Source: sysfs-block of the kernel's ABI documents. */
export interface BlockDevice {
  id: string
  model: string | null
  /** Version of its firmware; null where the device tells none. */
  firmware: string | null
  kind: DiskKind
  /** Differs where another disk, or another medium, has come to have the same id; null: nothing tells. Never shown. */
  mark: string | null
  sizeBytes: number | null
  /** Its partitions and what is built on them (volumes, encrypted and RAID devices), by device name. */
  partitions: string[]
  /** Directory of its own temperature sensor; null when it has none. */
  hwmon: string | null
}

// Made by software from other devices or from memory: their bytes are counted where they end up.
const NOT_A_DISK = /^(?:loop|ram|zram|dm-|md|fd|sr|nbd|drbd|bcache|zd)\d*/
// Small hardware areas of an eMMC that carry the firmware.
const EMMC_AREA = /^mmcblk\d+(?:boot\d+|rpmb|gp\d+)$/

/** Whole physical disks: what sysfs shows with a device behind it. Empty where sysfs is hidden. */
export function readBlockDevices(sysRoot: string): BlockDevice[] {
  const block = path.join(sysRoot, 'block')
  return listNow(block).flatMap((id) => {
    if (NOT_A_DISK.test(id) || EMMC_AREA.test(id)) return []
    if (!existsSync(path.join(block, id, 'device'))) return []
    // One of several ways to a disk that is listed itself (NVMe with more than one controller).
    if (readTextNow(path.join(block, id, 'hidden')) === '1') return []
    return [readBlockDevice(block, id)]
  })
}

function readBlockDevice(block: string, id: string): BlockDevice {
  const folder = path.join(block, id)
  const sectors = readNumberNow(path.join(folder, 'size'))
  return {
    id,
    model: modelOf(folder),
    firmware:
      readTextNow(path.join(folder, 'device/firmware_rev')) ??
      readTextNow(path.join(folder, 'device/rev')),
    kind: kindOf(folder, id),
    mark: markOf(folder),
    sizeBytes: sectors === null ? null : sectors * SECTOR_BYTES,
    partitions: partitionsOf(block, id),
    hwmon: hwmonOf(path.join(folder, 'device')),
  }
}

function modelOf(folder: string): string | null {
  const vendor = readTextNow(path.join(folder, 'device/vendor'))
  const model =
    readTextNow(path.join(folder, 'device/model')) ?? readTextNow(path.join(folder, 'device/name'))
  // Virtual and PCI devices have a number here instead of a name; `ATA` is the bus, not a maker.
  const named = vendor !== null && !/^(?:0x|ATA$)/.test(vendor)
  return model !== null && named && !model.startsWith(vendor) ? `${vendor} ${model}` : model
}

/** The number that the kernel gives to each disk it meets (since 5.15), else what the disk is called by its maker. */
function markOf(folder: string): string | null {
  for (const name of ['diskseq', 'wwid', 'device/wwid', 'device/serial', 'serial']) {
    const mark = readTextNow(path.join(folder, name))
    if (mark !== null) return mark
  }
  return null
}

const VIRTUAL_MAKER = /qemu|vmware|vbox|virtual|msft|xensrc/i

/** nvme by name; else virtual, removable, spinning or not, in this order. */
function kindOf(folder: string, id: string): DiskKind {
  if (/^(?:vd|xvd|pmem)/.test(id)) return 'virtual'
  if (VIRTUAL_MAKER.test(modelOf(folder) ?? '')) return 'virtual'
  if (id.startsWith('nvme')) return 'nvme'
  const onUsb = (linkNow(folder) ?? '').includes('/usb')
  if (readTextNow(path.join(folder, 'removable')) === '1' || onUsb) return 'removable'
  const rotational = readTextNow(path.join(folder, 'queue/rotational'))
  if (rotational === null) return 'unknown'
  return rotational === '1' ? 'hdd' : 'ssd'
}

/** Partitions, then the devices held on the disk or on a partition, each once. */
function partitionsOf(block: string, id: string): string[] {
  const folder = path.join(block, id)
  const own = listNow(folder).filter((name) => existsSync(path.join(folder, name, 'partition')))
  const found = new Set(own)
  const holders = [folder, ...own.map((name) => path.join(folder, name))]
  for (const holder of holders) addHolders(block, holder, found)
  return [...found]
}

function addHolders(block: string, folder: string, found: Set<string>) {
  for (const name of listNow(path.join(folder, 'holders'))) {
    if (found.has(name)) continue
    found.add(name)
    addHolders(block, path.join(block, name), found)
  }
}

function hwmonOf(device: string): string | null {
  const direct = listNow(device).find((name) => /^hwmon\d+$/.test(name))
  if (direct !== undefined) return path.join(device, direct)
  const nested = listNow(path.join(device, 'hwmon')).find((name) => /^hwmon\d+$/.test(name))
  return nested === undefined ? null : path.join(device, 'hwmon', nested)
}

/** Name of a device-mapper volume as in `/dev/mapper`, for its kernel name `dm-0`; null for any other. */
export function mapperName(sysRoot: string, id: string): string | null {
  return id.startsWith('dm-') ? readTextNow(path.join(sysRoot, 'block', id, 'dm/name')) : null
}
