// A bare Fastify that answers what it was told to: the least that a service on Fastify can cost. First line: an object of
// address and body; the answer to it is the port.
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { answerLines } from './answer-lines.ts'

const app = Fastify()
await answerLines(async (line) => {
  for (const [address, body] of Object.entries(JSON.parse(line) as Record<string, string>)) {
    app.get(address, (_request, reply) => reply.type('application/json; charset=utf-8').send(body))
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: (app.server.address() as AddressInfo).port }
})
await app.close()
