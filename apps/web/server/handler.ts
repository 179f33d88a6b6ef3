import type { IncomingMessage, ServerResponse } from 'node:http'
import { API_VERSION } from '@taskmanager/contracts'
import { isRemote, loopbackSite, remoteSite, type RemoteAccess } from '@taskmanager/local-server'
import type { Asset } from './assets.ts'
import { chooseEncoding } from './encoding.ts'
import { securityHeaders } from './headers.ts'
import type { ServicePorts } from './headers.ts'
import { isForeignOrigin, isOwnHost } from './host.ts'
import { CHALLENGE, healthProof, readReadToken } from './proof.ts'
import type { TokenPlace } from './proof.ts'
import { SELF_REMOVING_SERVICE_WORKER } from './service-worker.ts'

export interface PageServerDeps {
  readonly assets: ReadonlyMap<string, Asset>
  readonly port: number
  readonly services: ServicePorts
  readonly tokens: TokenPlace
  /** What lets other computers in; `null`: loopback alone. */
  readonly remote: RemoteAccess | null
}

/** First path segments the page's own router knows; everything below them is answered with the index. */
const CLIENT_ROUTES = new Set([
  '',
  'overview',
  'processes',
  'apps',
  'performance',
  'services',
  'startup',
  'users',
  'containers',
  'actions',
  'settings',
])

/** Answers one request for the page. Guards first: target, host, origin, method; then health, service workers, files. */
export function createHandler(deps: PageServerDeps) {
  const { services, remote } = deps
  const ports = { own: deps.port, pages: deps.port }
  const local = { site: loopbackSite(ports), headers: securityHeaders(services, null) }
  const forOthers =
    remote === null
      ? local // nobody comes in by TLS
      : { site: remoteSite(remote, ports), headers: securityHeaders(services, remote.hostNames) }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { site, headers } = isRemote(request.socket) ? forOthers : local
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    const target = request.url ?? ''
    if (!target.startsWith('/')) {
      return refuse(response, 400, 'The request target must be a path.')
    }
    if (!isOwnHost(request.rawHeaders, site)) {
      return refuse(response, 421, `This server answers only to ${site.hosts.join(', ')}.`)
    }
    if (isForeignOrigin(request.rawHeaders, site)) {
      return refuse(response, 403, 'Requests from other pages are not accepted.')
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return refuse(response, 405, 'Pages can only be read.')
    }
    if (hasBody(request)) return refuse(response, 413, 'A request for a page has no body.')

    const [path, query] = splitTarget(target)
    if (request.headers['service-worker'] === 'script') return sendServiceWorker(response)
    if (path === '/health') return sendHealth(response, deps.tokens, new URLSearchParams(query))
    const asset = findAsset(deps.assets, path)
    if (asset === undefined) return refuse(response, 404, 'There is no such page.')
    sendAsset(request, response, asset)
  }
}

function splitTarget(target: string): [string, string] {
  const mark = target.indexOf('?')
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)]
}

function findAsset(assets: ReadonlyMap<string, Asset>, path: string): Asset | undefined {
  const file = assets.get(path)
  if (file !== undefined) return file
  return CLIENT_ROUTES.has(path.split('/', 2)[1] ?? '') && !path.startsWith('//')
    ? assets.get('/index.html')
    : undefined
}

function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length']
  return (
    request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  )
}

function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const { encoding, body } = chooseEncoding(request.headers['accept-encoding'], asset)
  response.setHeader('content-type', asset.contentType)
  response.setHeader('cache-control', asset.cacheControl)
  response.setHeader('vary', 'Accept-Encoding')
  if (asset.cacheControl !== 'no-store') {
    // Each coding is a representation of its own and needs its own validator (RFC 9110 section 8.8.3.3).
    const etag = encoding === null ? asset.etag : `${asset.etag.slice(0, -1)}-${encoding}"`
    response.setHeader('etag', etag)
    if (request.headers['if-none-match'] === etag) {
      response.statusCode = 304
      response.end()
      return
    }
  }
  if (encoding !== null) response.setHeader('content-encoding', encoding)
  response.setHeader('content-length', body.length)
  response.end(body)
}

function sendServiceWorker(response: ServerResponse): void {
  response.setHeader('content-type', 'text/javascript; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.end(SELF_REMOVING_SERVICE_WORKER)
}

async function sendHealth(
  response: ServerResponse,
  tokens: TokenPlace,
  query: URLSearchParams,
): Promise<void> {
  const challenge = query.get('challenge')
  if (challenge !== null && !CHALLENGE.test(challenge)) {
    return refuse(response, 400, 'The challenge must be 22 to 64 characters of base64url.')
  }
  const token = challenge === null ? null : await readReadToken(tokens)
  const proof = challenge === null || token === null ? {} : { proof: healthProof(token, challenge) }
  const body = { status: 'ok', service: 'pages', api_version: API_VERSION, ...proof }
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.end(JSON.stringify(body))
}

/** A refusal a person can read. The connection ends with it: what follows on it was not meant for us either. */
function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.statusCode = status
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  if (status !== 404) response.setHeader('connection', 'close')
  response.end(`${sentence}\n`)
}
