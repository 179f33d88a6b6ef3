import { loadAssets } from './assets.ts'
import { readConfig } from './config.ts'
import { createHandler } from './handler.ts'
import { listenOnLoopback } from './listen.ts'

process.umask(0o077)
const config = readConfig(process.env, import.meta.dirname)
const assets = await loadAssets(config.webRoot, config.services)
const handler = createHandler({ ...config, assets })
const listener = await listenOnLoopback(handler, config.port)
console.log(
  JSON.stringify({ level: 'info', message: 'listening', port: listener.port, files: assets.size }),
)

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
