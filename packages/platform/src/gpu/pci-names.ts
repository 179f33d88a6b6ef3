import { readLines } from '../linux/sysfs.ts'

/** Where distributions keep the list of the PCI ID Project. */
const PLACES = [
  '/usr/share/hwdata/pci.ids',
  '/usr/share/misc/pci.ids',
  '/usr/share/pci.ids',
] as const

/** Name of a device by its numbers (four hexadecimal digits each); null when no list is installed or has it. */
export async function readPciName(vendor: string, device: string): Promise<string | null> {
  for (const place of PLACES) {
    const text = await readLines(place)
    if (text !== '') return findPciName(text, vendor, device)
  }
  return null
}

/** Lines of `pci.ids`: `1002  Maker`, below it `\t73bf  Device`, below that subsystems with two tabs. */
export function findPciName(text: string, vendor: string, device: string): string | null {
  const from = text.search(new RegExp(`^${vendor}  `, 'm'))
  if (from < 0) return null
  const next = text.slice(from + 1).search(/^[\da-f]{4}  /m)
  const section = next < 0 ? text.slice(from) : text.slice(from, from + 1 + next)
  return new RegExp(`^\\t${device}  (.+)$`, 'm').exec(section)?.[1]?.trim() ?? null
}
