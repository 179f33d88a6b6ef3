import type { FastifyInstance } from 'fastify'
import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import { API_VERSION, type ServiceName } from '@taskmanager/contracts'
import { ServiceError } from './errors.ts'
import type { ServiceApp } from './service-app.ts'

/** The reading page needs its own scripts and styles; everything else stays as closed as on the API. */
const DOCS_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TITLES: Record<ServiceName, string> = {
  stats: 'Task Manager Pro: machine, process details and control',
  accuracy: 'Task Manager Pro: processes and apps',
  pages: 'Task Manager Pro: pages',
}

/** Collects the schemas of every route declared after this call. */
export async function collectApi(app: ServiceApp, name: ServiceName): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: TITLES[name], version: String(API_VERSION) },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
  })
}

/** `GET /openapi.json`, and `GET /docs`, a page to read it on. Both need what every read needs. */
export function addDocs(app: ServiceApp): void {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())

  let viewer: Promise<FastifyInstance> | undefined
  app.addHook('onClose', async () => (await viewer?.catch(() => undefined))?.close())
  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { schema: { hide: true }, exposeHeadRoute: false }, async (request, reply) => {
      // 6 MB that most runs never need, so the page's own little server is built at the first visit.
      viewer ??= createViewer(app)
      const page = await viewer.catch((error: unknown) => {
        viewer = undefined
        throw new ServiceError(
          'unavailable',
          'The page to read the API on is not part of this installation. GET /openapi.json has the same content.',
          { cause: error },
        )
      })
      reply.hijack()
      page.routing(request.raw, reply.raw)
    })
  }
}

async function createViewer(app: ServiceApp): Promise<FastifyInstance> {
  const [{ default: fastify }, { default: swaggerUi }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger-ui'),
  ])
  const viewer = fastify({ logger: false })
  await viewer.register(swagger, {
    mode: 'static',
    specification: { document: app.swagger() as StaticDocumentSpec['document'] },
  })
  await viewer.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_CSP })
  viewer.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    })
  })
  await viewer.ready()
  return viewer
}
