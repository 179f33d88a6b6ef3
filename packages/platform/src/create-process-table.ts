import { LinuxProcessTable } from './linux/linux-process-table.ts'
import { defaultOptions, type PlatformOptions } from './options.ts'
import type { ProcessTableProvider } from './process-table.ts'

/** The table of this system: the sweep on Linux, the portable provider elsewhere until a system has its own. */
export async function createProcessTable(
  options: PlatformOptions = defaultOptions,
): Promise<ProcessTableProvider> {
  if (process.platform === 'linux') return new LinuxProcessTable(options)
  const { PortableProcessTable } = await import('./portable/process-table.ts')
  return new PortableProcessTable(options.clock)
}
