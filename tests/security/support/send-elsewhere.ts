import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'

export interface Request {
  port: number
  path: string
  /** 127.0.0.1 by default. */
  host?: string
  method?: string
  headers?: OutgoingHttpHeaders
  body?: string
  /** Certificate to trust, PEM: the request then goes by TLS. */
  ca?: string
  /** Name that the certificate must bear. */
  servername?: string
}

/** Status of each request, 101 for an upgrade that was granted, 0 for no answer in HTTP. */
const PROGRAM = `
  const { request } = require('node:http'), secure = require('node:https').request
  let text = ''
  process.stdin.on('data', (data) => (text += data)).on('end', async () => {
    const statuses = []
    for (const { body, ...wanted } of JSON.parse(text))
      statuses.push(await new Promise((resolve) => {
        const sent = (wanted.ca ? secure : request)({ host: '127.0.0.1', agent: false, ...wanted }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode))
        })
        sent.on('upgrade', (answer, socket) => { socket.destroy(); resolve(101) })
        sent.on('error', () => resolve(0))
        sent.end(body)
      }))
    console.log(JSON.stringify(statuses))
  })`

/** Sends requests from a program that is started through others: as another user, or on another computer. */
export async function sendThrough(
  [command = '', ...args]: readonly string[],
  requests: readonly Request[],
): Promise<number[]> {
  const child = spawn(command, [...args, process.execPath, '-e', PROGRAM], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  child.stdin.end(JSON.stringify(requests))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the program that was to send ended with ${code}`)
  return JSON.parse(said) as number[]
}
