// `node scripts/page-weight.ts`: what a browser loads before the page is there, in bytes as sent (gzip), against its budget.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from './launcher/toolchain.mjs'

const KIB = 1024
/** Bytes, gzipped. */
export const BUDGET = { script: 200 * KIB, style: 20 * KIB } as const

export interface WeighedFile {
  readonly name: string
  readonly bytes: number
}

export interface PageWeight {
  readonly scripts: readonly WeighedFile[]
  readonly styles: readonly WeighedFile[]
}

/** Scripts that index.html names and all that they import at once, and its style sheets. What a click loads is not in it. */
export function weighPage(folder: string): PageWeight {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
    (match) => match[1] ?? '',
  )
  const scripts = new Set<string>()
  const follow = (name: string) => {
    if (scripts.has(name)) return
    scripts.add(name)
    const text = readFileSync(join(folder, name), 'utf8')
    for (const [, imported] of text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) {
      follow(`assets/${imported}`)
    }
  }
  for (const name of named.filter((one) => one.endsWith('.js'))) follow(name)
  const weigh = (name: string): WeighedFile => ({
    name,
    bytes: gzipSync(readFileSync(join(folder, name))).length,
  })
  return {
    scripts: [...scripts].map(weigh),
    styles: named.filter((name) => name.endsWith('.css')).map(weigh),
  }
}

export function sumOf(files: readonly WeighedFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}

/** One line a kind: `script 134.2 of 200 KiB gzipped: …`. */
export function describeWeight({ scripts, styles }: PageWeight): string {
  const line = (kind: keyof typeof BUDGET, files: readonly WeighedFile[]) =>
    `${kind} ${(sumOf(files) / KIB).toFixed(1)} of ${BUDGET[kind] / KIB} KiB gzipped: ${files
      .map((file) => `${file.name} ${(file.bytes / KIB).toFixed(1)}`)
      .join(', ')}`
  return [line('script', scripts), line('style', styles)].join('\n')
}

if (import.meta.main) {
  const folder = join(ROOT, 'dist/web')
  if (!existsSync(folder)) throw new Error('There is no dist/web yet: run `npm run build` first.')
  const weight = weighPage(folder)
  console.log(describeWeight(weight))
  const isOver = sumOf(weight.scripts) > BUDGET.script || sumOf(weight.styles) > BUDGET.style
  process.exit(isOver ? 1 : 0)
}
