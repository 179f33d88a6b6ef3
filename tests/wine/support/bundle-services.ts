import { rolldown } from 'rolldown'
import bundles from '../../../rolldown.config.ts'
import { ROOT } from '../../../scripts/launcher/toolchain.mjs'

/** The services as `npm start` runs them, in a directory whose programs find koffi. */
export async function bundleServices(directory: string): Promise<void> {
  await Promise.all(
    bundles(directory).map(async (options) => {
      const bundle = await rolldown({ ...options, cwd: ROOT })
      await bundle.write(options.output)
      await bundle.close()
    }),
  )
}
