import path from 'node:path'
import { linkNow, readTextNow } from '../linux/sysfs.ts'
import type { DriveManners } from './drive-healths.ts'

/** What sysfs tells of drives. */
export const linuxManners = (sysRoot: string): DriveManners => ({
  /** Some USB bridges hang on commands that they do not know. `ATA` is what the kernel's own SATA drivers call the maker. Source: libata. */
  protocolOf(id) {
    if (/^nvme\d+n\d+$/.test(id)) return 'nvme'
    const folder = path.join(sysRoot, 'block', id)
    const isAta = readTextNow(path.join(folder, 'device/vendor')) === 'ATA'
    return isAta && !(linkNow(folder) ?? '').includes('/usb') ? 'ata' : null
  },
  isAsleep(id) {
    const file = path.join(sysRoot, 'block', id, 'device/power/runtime_status')
    return readTextNow(file) === 'suspended'
  },
})
