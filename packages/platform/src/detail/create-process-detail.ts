import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { ProcessDetailProvider } from './process-detail.ts'

/** Details of this system's processes; null where no provider can name a process safely yet. */
export async function createProcessDetail(
  options: PlatformOptions = defaultOptions,
): Promise<ProcessDetailProvider | null> {
  if (process.platform === 'win32') {
    const { createWindowsDetail } = await import('../windows/detail/create-detail.ts')
    return createWindowsDetail(options.clock)
  }
  if (process.platform === 'darwin') {
    const { createMacDetail } = await import('../macos/detail/mac-detail.ts')
    return createMacDetail(options.clock)
  }
  if (process.platform !== 'linux') return null
  const { LinuxProcessDetail } = await import('./linux-detail.ts')
  return new LinuxProcessDetail(options)
}
