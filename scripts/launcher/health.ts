import { randomBytes, timingSafeEqual } from 'node:crypto'
import { get } from 'node:http'
import type { ServiceName } from './services.ts'
import { healthProof } from './tokens.ts'

export interface HealthTarget {
  readonly name: ServiceName
  readonly port: number
}

/** `ours`: up and it proved it. `stranger`: something answers there that is not ours. `silent`: nothing answers. */
export type Health = 'ours' | 'stranger' | 'silent'

const TIMEOUT_MS = 2000
const MAX_ANSWER_BYTES = 4096

/**
 * Asks a service whether it is up, on every address, with a fresh challenge that only holders of the read token can sign.
 * So a program that took one of our ports, even on `::1` alone, is not mistaken for us and gets no visitor.
 */
export async function checkHealth(
  target: HealthTarget,
  addresses: readonly string[],
  readToken: string,
): Promise<Health> {
  const answers = await Promise.all(
    addresses.map((address) => checkAddress(target, address, readToken)),
  )
  if (answers.includes('stranger')) return 'stranger'
  return answers.includes('silent') ? 'silent' : 'ours'
}

async function checkAddress(
  target: HealthTarget,
  address: string,
  readToken: string,
): Promise<Health> {
  const challenge = randomBytes(24).toString('base64url')
  let body
  try {
    body = await ask(address, target.port, `/health?challenge=${challenge}`)
  } catch {
    return 'silent' // refused, reset or too slow: not there yet, or no more
  }
  const expected = Buffer.from(healthProof(readToken, target.name, challenge))
  const given = Buffer.from(proofIn(body))
  return given.length === expected.length && timingSafeEqual(given, expected) ? 'ours' : 'stranger'
}

function proofIn(body: string): string {
  try {
    const answer: unknown = JSON.parse(body)
    if (
      typeof answer === 'object' &&
      answer !== null &&
      'proof' in answer &&
      typeof answer.proof === 'string'
    )
      return answer.proof
  } catch {
    // not JSON: somebody else's server
  }
  return ''
}

function ask(host: string, port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(
      {
        host,
        port,
        path,
        agent: false,
        timeout: TIMEOUT_MS,
        headers: { host: `localhost:${port}` },
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          body += chunk
          if (body.length > MAX_ANSWER_BYTES) response.destroy()
        })
        response.on('close', () => resolve(body))
        response.on('error', reject)
      },
    )
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', reject)
  })
}
