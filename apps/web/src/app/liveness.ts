import { formatAgo } from '../lib/format.ts'
import { isSilent, type Connection, type ConnectionState } from '../stores/connection.ts'

/** partly: one service is silent, the other live · late: samples are missed · silent: nobody answers */
type Liveness = 'live' | 'partly' | 'late' | 'silent'

/** How much of what the page shows is of now. */
export function livenessOf(stats: ConnectionState, accuracy: ConnectionState): Liveness {
  const states = [stats, accuracy]
  if (states.includes('stale')) return 'late'
  if (states.every(isSilent)) return 'silent'
  return states.some(isSilent) ? 'partly' : 'live'
}

/** `last data 4 s ago`; empty before the first. */
export function lastDataText(
  { lastDataAtMs }: Pick<Connection, 'lastDataAtMs'>,
  nowMs: number,
): string {
  if (lastDataAtMs === null) return ''
  return `last data ${formatAgo(Math.max(0, Math.round((nowMs - lastDataAtMs) / 1000)))}`
}
