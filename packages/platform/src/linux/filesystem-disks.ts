import path from 'node:path'
import { mapperName, type BlockDevice } from './block-devices.ts'
import type { MountLine } from './parse-mountinfo.ts'
import { linkNow } from './sysfs.ts'

/** Which disk is beneath a mount, through partitions, volumes and encryption. */
export class FilesystemDisks {
  readonly #sysRoot: string
  #devices: ReadonlyMap<string, BlockDevice> | null = null
  #byDevice = new Map<string, string>()
  #byNumber = new Map<string, string | null>()

  constructor(sysRoot: string) {
    this.#sysRoot = sysRoot
  }

  /** Takes the devices as they are now; does nothing when they are the same as before. */
  update(devices: ReadonlyMap<string, BlockDevice>): void {
    if (devices === this.#devices) return
    this.#devices = devices
    this.#byDevice = new Map()
    this.#byNumber = new Map()
    for (const { id, partitions } of devices.values()) {
      for (const name of [id, ...partitions]) {
        // A volume over two disks belongs to neither alone; the first is named.
        if (!this.#byDevice.has(name)) this.#byDevice.set(name, id)
        const mapped = mapperName(this.#sysRoot, name)
        if (mapped !== null) this.#byDevice.set(`mapper/${mapped}`, id)
      }
    }
  }

  /** By the name of the source, else by the number of the device; null for network and memory. */
  of(mount: MountLine): string | null {
    if (mount.source.startsWith('/dev/')) {
      const named = this.#byDevice.get(mount.source.slice('/dev/'.length))
      if (named !== undefined) return named
    }
    const known = this.#byNumber.get(mount.device)
    if (known !== undefined) return known
    const target = linkNow(path.join(this.#sysRoot, 'dev/block', mount.device))
    const disk = target === null ? null : (this.#byDevice.get(path.basename(target)) ?? null)
    this.#byNumber.set(mount.device, disk)
    return disk
  }
}
