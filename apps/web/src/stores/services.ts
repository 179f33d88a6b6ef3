/**
 * The one api object of the page, and where its services are.
 *
 *   import { api, ports } from '../../stores/services.ts'
 *   await api.kill(pid, { start_id, signal: 'TERM', expires_at: orderExpiry() })   // rejects with ApiError
 */
import { createApi } from '@taskmanager/client'
import { PORTS } from '@taskmanager/contracts'
import { takeLaunchCode } from './launch-code.ts'
import { parsePorts } from '../lib/parse-ports.ts'

const meta = document.querySelector<HTMLMetaElement>('meta[name="taskmanager-ports"]')

export const ports = parsePorts(meta?.content) ?? { stats: PORTS.stats, accuracy: PORTS.accuracy }

/** The page of another computer comes by TLS, and so do its services, under the same name. */
const secure = location.protocol === 'https:'

export const api = createApi({
  ports,
  secure,
  host: secure || location.hostname === '127.0.0.1' ? location.hostname : 'localhost',
  launchCode: takeLaunchCode(),
})
