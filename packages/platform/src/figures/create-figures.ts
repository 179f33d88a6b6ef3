import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { FiguresProvider } from './figures-provider.ts'

/** null where no provider can tell yet. */
export async function createFigures(
  options: PlatformOptions = defaultOptions,
): Promise<FiguresProvider | null> {
  if (process.platform === 'win32') {
    const { createWindowsFigures } = await import('../windows/figures/create-figures.ts')
    return createWindowsFigures(options.clock)
  }
  if (process.platform === 'darwin') {
    const { createMacFigures } = await import('../macos/figures/mac-figures.ts')
    return createMacFigures(options.clock)
  }
  if (process.platform !== 'linux') return null
  const { LinuxFigures } = await import('./linux-figures.ts')
  const { openTaskDelays } = await import('../linux/exit-records/task-delays.ts')
  return new LinuxFigures(options, () => openTaskDelays())
}
