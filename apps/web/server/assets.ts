import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { ServicePorts } from './headers.ts'

const brotliAsync = promisify(brotliCompress)
const gzipAsync = promisify(gzip)

/** One file of the built page, as it goes out. Compressed forms are `null` where they would not be smaller. */
export interface Asset {
  readonly contentType: string
  readonly cacheControl: string
  readonly etag: string
  readonly identity: Buffer
  readonly gzip: Buffer | null
  readonly br: Buffer | null
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
const COMPRESSIBLE = /^(?:text\/|application\/|image\/svg)/
/** Vite puts a hash of the content into the names under `assets/`, so such an answer never changes. */
const HASHED_PATH = /^\/assets\/.*-[\w-]{8,}\.\w+$/

/**
 * Reads every file under `directory` into memory, keyed by its URL path (`/index.html`, `/assets/x-1a2b3c4d.js`).
 * Nothing is read later, so nothing in a URL can reach the file system. Source maps stay out: they are for developers.
 * @throws when the directory or its `index.html` is missing
 */
export async function loadAssets(
  directory: string,
  ports: ServicePorts,
): Promise<ReadonlyMap<string, Asset>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
  const assets = await Promise.all(
    files.map(async (entry) => {
      const file = join(entry.parentPath, entry.name)
      const path = `/${file.slice(directory.length + 1).replaceAll('\\', '/')}`
      const bytes = await readFile(file)
      return [
        path,
        await toAsset(path, path === '/index.html' ? withPorts(bytes, ports) : bytes),
      ] as const
    }),
  )
  const map = new Map(assets)
  if (!map.has('/index.html')) throw new Error(`the built page has no index.html in ${directory}`)
  return map
}

/** Tells the page which ports its services have, so that a copy on other ports needs no other build. */
export function withPorts(html: Buffer, ports: ServicePorts): Buffer {
  const text = html.toString().replace(/\s*<meta name="taskmanager-ports"[^>]*>/g, '')
  const meta = `<meta name="taskmanager-ports" content="${ports.stats},${ports.accuracy}">`
  const head = /<head[^>]*>/i.exec(text)
  if (head === null) throw new Error('index.html has no <head>')
  const end = head.index + head[0].length
  return Buffer.from(`${text.slice(0, end)}\n    ${meta}${text.slice(end)}`)
}

async function toAsset(path: string, identity: Buffer): Promise<Asset> {
  const contentType = CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream'
  const compress = COMPRESSIBLE.test(contentType) && identity.length > 512
  const [gzipped, brotlied] = compress
    ? await Promise.all([
        gzipAsync(identity),
        // Quality 5 costs 20 ms for the whole page at start; 11 would cost 1.5 s for a tenth fewer bytes.
        brotliAsync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
      ])
    : [null, null]
  return {
    contentType,
    cacheControl: cacheControl(path),
    etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
    identity,
    gzip: gzipped !== null && gzipped.length < identity.length ? gzipped : null,
    br: brotlied !== null && brotlied.length < identity.length ? brotlied : null,
  }
}

function cacheControl(path: string): string {
  if (path.endsWith('.html')) return 'no-store'
  return HASHED_PATH.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
}
