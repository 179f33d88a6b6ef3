/**
 * The one api object of the page, and where its services are.
 *
 *   import { api, ports } from '../../stores/services.ts'
 *   await api.kill(pid, { start_id, signal: 'TERM', expires_at: Date.now() + 10_000 })   // rejects with ApiError
 */
import { createApi } from '@taskmanager/client'
import { PORTS } from '@taskmanager/contracts'
import { takeLaunchCode } from './launch-code.ts'
import { parsePorts } from '../lib/parse-ports.ts'

const meta = document.querySelector<HTMLMetaElement>('meta[name="taskmanager-ports"]')

export const ports = parsePorts(meta?.content) ?? { stats: PORTS.stats, accuracy: PORTS.accuracy }

export const api = createApi({
  ports,
  host: location.hostname === '127.0.0.1' ? '127.0.0.1' : 'localhost',
  launchCode: takeLaunchCode(),
})
