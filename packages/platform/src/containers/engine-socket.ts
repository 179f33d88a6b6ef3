import { request } from 'node:http'
import { readResultOf, type ReadResult } from '../read-result.ts'

const ANSWER_MS = 2000
const MOST_BYTES = 4 * 1024 ** 2

/**
 * Asks docker which containers there are, by its local socket: one GET, which changes nothing. Source: Docker Engine
 * API. `gone`: nobody listens there.
 */
export function askEngine(socketPath: string): Promise<ReadResult<string>> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const options = { socketPath, path: '/containers/json?all=true', method: 'GET', signal }
    const asked = request(
      { ...options, headers: { host: 'localhost' }, agent: false },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (piece: string) => {
          text += piece
          if (text.length > MOST_BYTES) answer.destroy(new TooLong())
        })
        answer.on('error', failed)
        answer.on('end', () =>
          resolve(answer.statusCode === 200 ? { kind: 'ok', value: text } : { kind: 'failed' }),
        )
      },
    )
    const failed = (error: NodeJS.ErrnoException) => {
      const isOurs = error instanceof TooLong || signal.aborted || error.code?.startsWith('HPE_')
      if (isOurs === true || error.code === 'ECONNRESET') return resolve({ kind: 'failed' })
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK')
        return resolve({ kind: 'gone' })
      try {
        resolve(readResultOf(error))
      } catch (bug) {
        reject(bug)
      }
    }
    asked.on('error', failed)
    asked.end()
  })
}

class TooLong extends Error {}
