import path from 'node:path'
import { list, readNumber, readText } from './sysfs.ts'

export interface ZramReading {
  originalBytes: number
  compressedBytes: number
}

/** What zram devices hold, all together; null when none is set up. Source: admin-guide/blockdev/zram.rst, mm_stat. */
export async function readZram(sysRoot: string): Promise<ZramReading | null> {
  const folder = path.join(sysRoot, 'block')
  let sum: ZramReading | null = null
  for (const name of (await list(folder)).filter((entry) => /^zram\d+$/.test(entry))) {
    const size = await readNumber(path.join(folder, name, 'disksize'))
    if (size === null || size === 0) continue
    const own = parseMmStat((await readText(path.join(folder, name, 'mm_stat'))) ?? '')
    if (own === null) continue
    sum ??= { originalBytes: 0, compressedBytes: 0 }
    sum.originalBytes += own.originalBytes
    sum.compressedBytes += own.compressedBytes
  }
  return sum
}

/** `orig_data_size compr_data_size mem_used_total …`; the third is what it costs with its bookkeeping. */
export function parseMmStat(text: string): ZramReading | null {
  const [original, , used] = text
    .trim()
    .split(/\s+/)
    .map((word) => (/^\d{1,20}$/.test(word) ? Number(word) : null))
  if (original == null || used == null) return null
  return { originalBytes: original, compressedBytes: used }
}
