import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { ProcessControl } from './process-control.ts'

/** Control of processes on this system; where it is not supported, every act says so. */
export async function createProcessControl(
  options: PlatformOptions = defaultOptions,
): Promise<ProcessControl> {
  if (process.platform === 'linux') {
    const { LinuxProcessControl } = await import('./linux-control.ts')
    return new LinuxProcessControl(options)
  }
  if (process.platform === 'win32') {
    const { createWindowsControl } = await import('../windows/control/create-control.ts')
    const control = createWindowsControl(options.clock)
    if (control !== null) return control
  }
  if (process.platform === 'darwin') {
    const { createMacControl } = await import('../macos/control/mac-control.ts')
    const control = createMacControl(options.clock)
    if (control !== null) return control
  }
  const { PortableProcessControl } = await import('./portable-control.ts')
  return new PortableProcessControl()
}
