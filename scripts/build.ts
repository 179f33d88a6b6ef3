// Builds dist/: the page, the page server and both services. In a folder of its own first, so that a running copy or a failed build
// never sees half of it.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FINGERPRINT_FILE } from './launcher/ensure-built.ts'
import { fingerprintInputs } from './launcher/fingerprint.ts'
import { ensureInstalled } from './launcher/install.ts'
import { ROOT } from './launcher/toolchain.mjs'

const DIST = join(ROOT, 'dist')
const TEMPORARY_PREFIX = '.dist-'

async function build(target: string): Promise<void> {
  // Only now: they may have just been installed.
  const { rolldown } = await import('rolldown')
  const { build: buildPage } = await import('vite')
  const { default: bundles } = await import('../rolldown.config.ts')
  await Promise.all([
    buildPage({
      root: join(ROOT, 'apps/web'),
      logLevel: 'warn',
      build: { outDir: join(target, 'web'), emptyOutDir: true },
    }),
    ...bundles(target).map(async (options) => {
      const bundle = await rolldown({ ...options, cwd: ROOT })
      await bundle.write(options.output)
      await bundle.close()
    }),
  ])
}

function replaceDist(built: string): void {
  const old = `${built}-old`
  if (existsSync(DIST)) renameSync(DIST, old)
  renameSync(built, DIST)
  rmSync(old, { recursive: true, force: true })
}

/** What builds that were killed left behind; younger ones may be at work. */
function removeLeftovers(): void {
  for (const name of readdirSync(ROOT)) {
    const pid = Number(/^\.dist-(\d+)/.exec(name)?.[1])
    if (Number.isInteger(pid) && !isAlive(pid))
      rmSync(join(ROOT, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

await ensureInstalled()
removeLeftovers()
const target = join(ROOT, `${TEMPORARY_PREFIX}${process.pid}`)
const fingerprint = fingerprintInputs(ROOT)
mkdirSync(target)
try {
  await build(target)
  writeFileSync(join(target, FINGERPRINT_FILE), fingerprint)
  replaceDist(target)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error)) // the bundler's words; its stack says nothing more
  process.exitCode = 1
} finally {
  rmSync(target, { recursive: true, force: true })
}
