import { StreamRequest } from '@taskmanager/contracts'

export type HeardRequest =
  | { kind: 'ok'; value: StreamRequest }
  | { kind: 'refused'; closeCode: 1007 | 1008; reason: string }

const { minimum = 1, maximum = Infinity } = StreamRequest.properties.interval_ms as {
  minimum?: number
  maximum?: number
}

/** What a viewer said on a stream. 1007: not JSON. 1008: JSON, but nothing this service understands. */
export function parseStreamRequest(data: Buffer): HeardRequest {
  let message: unknown
  try {
    message = JSON.parse(data.toString())
  } catch {
    return { kind: 'refused', closeCode: 1007, reason: 'The message is not JSON.' }
  }
  const reason = 'Only {"type":"rate","interval_ms":…} is understood here.'
  if (!isRateRequest(message)) return { kind: 'refused', closeCode: 1008, reason }
  return { kind: 'ok', value: message }
}

/** By hand, since a validator would have to be generated for these two fields alone. */
function isRateRequest(message: unknown): message is StreamRequest {
  if (typeof message !== 'object' || message === null) return false
  const { type, interval_ms: interval, ...others } = message as Record<string, unknown>
  return (
    type === 'rate' &&
    Number.isInteger(interval) &&
    (interval as number) >= minimum &&
    (interval as number) <= maximum &&
    Object.keys(others).length === 0
  )
}
