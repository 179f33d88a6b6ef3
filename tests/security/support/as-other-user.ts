import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import type { TestContext } from 'vitest'

/** Not root, not us, and on every Unix. */
const NOBODY = '65534'

export interface OtherUserRequest {
  port: number
  path: string
  method?: string
  headers?: OutgoingHttpHeaders
  body?: string
}

/** Status of each request, 101 for an upgrade that was granted; the program runs as another user and knows nothing of ours. */
const PROGRAM = `
  const { request } = require('node:http')
  let text = ''
  process.stdin.on('data', (data) => (text += data)).on('end', async () => {
    const statuses = []
    for (const { body, ...wanted } of JSON.parse(text))
      statuses.push(await new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', agent: false, ...wanted }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode))
        })
        sent.on('upgrade', (answer, socket) => { socket.destroy(); resolve(101) })
        sent.on('error', reject)
        sent.end(body)
      }))
    console.log(JSON.stringify(statuses))
  })`

/** Sends requests as another user of this computer; skips the test, with the reason, where nobody can become one. */
export async function sendAsOtherUser(
  context: TestContext,
  requests: readonly OtherUserRequest[],
): Promise<number[]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    context.skip('needs Linux and root, to become another user')
  const user = ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups']
  const child = spawn('setpriv', [...user, process.execPath, '-e', PROGRAM], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  child.stdin.end(JSON.stringify(requests))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the program of the other user ended with ${code}`)
  return JSON.parse(said) as number[]
}
