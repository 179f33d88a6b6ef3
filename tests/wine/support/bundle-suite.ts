import path from 'node:path'
import { rolldown, type Plugin } from 'rolldown'
import { ROOT } from '../../../scripts/launcher/toolchain.mjs'

/** One file with everything in it but koffi: links of node_modules lead nowhere under Wine. */
export async function bundleSuite(testFile: string, output: string): Promise<void> {
  const entry = path.join(import.meta.dirname, 'entry.ts')
  const entryPlugin: Plugin = {
    name: 'suite-entry',
    resolveId: (id) => (id === entry ? entry : null),
    load: (id) => (id === entry ? entryOf(testFile) : null),
  }
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    external: ['koffi'],
    plugins: [entryPlugin],
    cwd: ROOT,
  })
  await bundle.write({
    file: output,
    format: 'esm',
    codeSplitting: false,
    banner: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
  })
  await bundle.close()
}

const entryOf = (testFile: string) =>
  `import { runSuite } from './run-suite.ts'
   await runSuite(() => import(${JSON.stringify(testFile)}))`
