import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { expect } from 'vitest'
import { ERRORS, ErrorBody, type ErrorCode } from '@taskmanager/contracts'
import { Value } from 'typebox/value'
import type { TSchema } from 'typebox'

export interface WireAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  json: unknown
}

export interface WireRequest {
  port: number
  path: string
  method?: string
  headers?: OutgoingHttpHeaders
  body?: string
}

/** One request as it is written here, whatever a browser or a client would have made of it. */
export function send({
  port,
  path,
  method = 'GET',
  headers = {},
  body,
}: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: parseOrUndefined(text),
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

export function post(
  port: number,
  path: string,
  token: string | null,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): Promise<WireAnswer> {
  return send({
    port,
    path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** The value is what its schema says; else the test shows the first places where it is not. */
export function expectShape(schema: TSchema, value: unknown): void {
  const faults = Value.Errors(schema, value)
    .slice(0, 5)
    .map((fault) => `${fault.instancePath || '/'} ${fault.message}`)
  expect(faults).toEqual([])
}

/** A typed error: its status, its code, a sentence for a person, the id of the request, and no stack. */
export function expectError(answer: WireAnswer, code: ErrorCode): void {
  expect({ status: answer.status, body: answer.json }).toMatchObject({
    status: ERRORS[code],
    body: { error: code },
  })
  expectShape(ErrorBody, answer.json)
  const body = answer.json as ErrorBody
  expect(body.message).toMatch(/[.!?]$/)
  expect(body.id).not.toBe('')
  expect(answer.text).not.toMatch(/\n\s+at |node_modules|\.ts:\d/)
}
