import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePorts, isFree, Place, until } from './launched.ts'

let place: Place
const squatters: Server[] = []
beforeEach(() => {
  place = new Place()
})
afterEach(async () => {
  await place.clear()
  for (const server of squatters.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function squat(host: string, port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')
  })
  squatters.push(server)
  await new Promise<void>((resolve) =>
    server.listen({ host, port, ipv6Only: host === '::1' }, resolve),
  )
}

test.each([
  ['stats', '127.0.0.1', '127.0.0.1'],
  ['accuracy', '::1', '::1'],
  ['pages', '127.0.0.1', '127.0.0.1'],
  ['pages', '0.0.0.0', '127.0.0.1'],
] as const)('%s taken on %s: one line, nothing started', async (service, host, named) => {
  const ports = await freePorts()
  await squat(host, ports[service])
  const launched = place.launch(ports)
  expect(await launched.ended()).toBe(1)
  expect(launched.output.trim().split('\n')).toHaveLength(1)
  expect(launched.output).toContain(`Port ${ports[service]} (`)
  expect(launched.output).toContain(` is taken on ${named} by `)
  expect(launched.output).toContain(`(pid ${process.pid}). Stop that program and start again`)
  expect(place.tokenFiles()).toEqual([])
  const others = Object.entries(ports).filter(([name]) => name !== service)
  for (const [name, port] of others) expect([name, await isFree(port)]).toEqual([name, true])
})

test('the holder is named when it is another process', async () => {
  const ports = await freePorts()
  const code = `require('net').createServer().listen(${ports.pages},'127.0.0.1',()=>console.log('held'))`
  const holder = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  const launched = place.launch(ports)
  expect(await launched.ended()).toBe(1)
  expect(launched.output).toMatch(new RegExp(String.raw`by \S+ \(pid ${holder.pid}\)\.`))
  holder.kill()
  await once(holder, 'close')
})

test('a second start finds the first, opens its page and ends', async () => {
  const first = place.launch(await freePorts())
  await first.running()
  const opened = `opened http://localhost:${first.ports.pages}`
  await until('the page is opened', () => first.output.includes(opened))
  const pids = first.servicePids()
  const second = place.launch(first.ports)
  expect(await second.ended()).toBe(0)
  const url = `http://localhost:${first.ports.pages}`
  expect(second.output).toBe(`Task Manager Pro is already running at ${url}\nopened ${url}\n`)
  expect(first.servicePids()).toEqual(pids)
})

test('two starts at once give one running copy', async () => {
  const ports = await freePorts()
  const both = [place.launch(ports), place.launch(ports)]
  const loser = await Promise.race(both.map(async (launched) => (await launched.ended(), launched)))
  expect([loser.child.exitCode, loser.output]).toEqual([
    0,
    expect.stringContaining('already running at'),
  ])
  const winner = both.find((launched) => launched !== loser)
  await winner?.running()
})

test('another copy in the same run directory is refused: its tokens would be replaced', async () => {
  const first = place.launch(await freePorts())
  await first.running()
  const second = place.launch(await freePorts())
  expect(await second.ended()).toBe(1)
  expect(second.output).toContain(
    `already running at http://localhost:${first.ports.pages} (pid ${first.pid})`,
  )
})
