import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { FiguresProvider } from './figures-provider.ts'

/** null where no provider can tell yet. */
export async function createFigures(
  options: PlatformOptions = defaultOptions,
): Promise<FiguresProvider | null> {
  if (process.platform !== 'linux') return null
  const { LinuxFigures } = await import('./linux-figures.ts')
  return new LinuxFigures(options)
}
