// The page server of `npm run dev`: Vite, with the two things the product's own page server adds, the health proof and the services' ports.
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { createServer } from 'vite'
import { withPorts } from '../../apps/web/server/assets.ts'
import { readConfig } from '../../apps/web/server/config.ts'
import { CHALLENGE, healthProof, readReadToken } from '../../apps/web/server/proof.ts'
import { ROOT } from './toolchain.mjs'

const config = readConfig(process.env, join(ROOT, 'dist'))
const server = await createServer({
  root: join(ROOT, 'apps/web'),
  server: { host: '127.0.0.1', port: config.port, strictPort: true },
  plugins: [
    {
      name: 'task-manager-pages',
      transformIndexHtml: (html) => withPorts(Buffer.from(html), config.services).toString(),
      configureServer(vite) {
        vite.middlewares.use('/health', (request, response) => {
          const { searchParams } = new URL(request.url ?? '', 'http://localhost')
          void answerHealth(response, searchParams.get('challenge') ?? '')
        })
      },
    },
  ],
})
await server.listen()

async function answerHealth(response: ServerResponse, challenge: string): Promise<void> {
  const token = await readReadToken(config.tokens)
  const signed = token !== null && CHALLENGE.test(challenge)
  const proof = signed ? { proof: healthProof(token, challenge) } : {}
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify({ status: 'ok', service: 'pages', api_version: 1, ...proof }))
}

const stop = () => void server.close().finally(() => process.exit(0))
process.on('disconnect', stop)
process.on('message', (message: unknown) => {
  if (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'stop'
  )
    stop()
})
