import { LinuxProcessTable } from './linux/linux-process-table.ts'
import { defaultOptions, type PlatformOptions } from './options.ts'
import type { ProcessTableProvider } from './process-table.ts'

/** The table of this system: Linux, Windows and macOS have one, the portable provider is where there is none of its own. */
export async function createProcessTable(
  options: PlatformOptions = defaultOptions,
): Promise<ProcessTableProvider> {
  if (process.platform === 'linux') return new LinuxProcessTable(options)
  if (process.platform === 'win32') {
    const { createWindowsProcessTable } = await import('./windows/processes/create-table.ts')
    const table = createWindowsProcessTable(options.clock)
    if (table !== null) return table
  }
  if (process.platform === 'darwin') {
    const { createMacTable } = await import('./macos/processes/create-table.ts')
    const table = createMacTable(options.clock)
    if (table !== null) return table
  }
  const { PortableProcessTable } = await import('./portable/process-table.ts')
  return new PortableProcessTable(options.clock)
}
