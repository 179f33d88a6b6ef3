import { ConfigError, PortTakenError } from '@taskmanager/local-server'
import { loadAssets } from './assets.ts'
import { readConfig } from './config.ts'
import { createHandler } from './handler.ts'
import { startListening, type Listener } from './listen.ts'
import { readReadToken } from './proof.ts'

process.umask(0o077)
const listener = await start().catch((error: unknown) => {
  if (!(error instanceof ConfigError) && !(error instanceof PortTakenError)) throw error
  console.error(error.message)
  process.exit(1)
})

async function start(): Promise<Listener> {
  const config = readConfig(process.env, import.meta.dirname)
  if (config.remote !== null && (await readReadToken(config.tokens)) === null) {
    throw new ConfigError(
      `Other computers are let in only with a token, and ${config.tokens.runDir} holds none that can be trusted.`,
    )
  }
  const assets = await loadAssets(config.webRoot, config.services)
  const handler = createHandler({ ...config, assets })
  const started = await startListening(handler, config.port, config.remote)
  const { port, addresses } = started
  console.log(
    JSON.stringify({ level: 'info', message: 'listening', port, addresses, files: assets.size }),
  )
  return started
}

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await listener.close()
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
// The launcher's end of the channel closes when it stops or is killed; without it this server must not linger.
process.on('disconnect', () => void stop())
process.on('message', (message: unknown) => {
  if (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'stop'
  )
    void stop()
})
