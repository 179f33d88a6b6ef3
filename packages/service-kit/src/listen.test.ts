import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { hasLoopbackV6, PortTakenError } from '@taskmanager/local-server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readConfig } from './config.ts'
import { createService } from './create-service.ts'
import { startListening } from './listen.ts'
import { ask, startRig, type Rig } from './test-rig.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})
async function rigged(...args: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...args)
  closing.push(() => rig.close())
  return rig
}
const hosts = hasLoopbackV6() ? ['127.0.0.1', '::1'] : ['127.0.0.1']
if (!hasLoopbackV6()) console.log('no ::1 on this machine: only 127.0.0.1 is tested')

test('both addresses answer the same, with the same guard', async () => {
  const rig = await rigged()
  for (const host of hosts) {
    const { status } = await ask(rig.port, '/health', { host })
    expect({ host, status }).toEqual({ host, status: 200 })
    expect((await ask(rig.port, '/health', { host, headers: [['host', 'evil']] })).status).toBe(421)
  }
})

test.each(hosts)(
  'a port taken on %s stops the start, names it, and leaves nothing held',
  async (taken) => {
    const squatter = createServer((socket) => socket.destroy())
    squatter.listen(0, taken)
    await once(squatter, 'listening')
    closing.push(() => squatter.close())
    const { port } = squatter.address() as { port: number }
    const service = await createService({
      config: readConfig('stats', {
        PORT: String(port),
        TASKMANAGER_RUN_DIR: '/nowhere/run',
        TASKMANAGER_LOG_LEVEL: 'silent',
      }),
      peers: { relationOf: () => 'same_user' },
    })
    const failure = await startListening(service).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PortTakenError)
    expect(failure).toMatchObject({
      port,
      address: taken,
      message: expect.stringContaining(`${port} on ${taken}`),
    })
    for (const host of hosts.filter((other) => other !== taken)) {
      const socket = connect(port, host)
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
      expect(error.code).toBe('ECONNREFUSED')
    }
    await service.app.close()
  },
)

describe('bad clients', () => {
  test('idle connections make room; a good client is answered all the while', async () => {
    const rig = await rigged()
    const idle: Socket[] = []
    const statuses = new Set<number>()
    for (let i = 0; i < 400; i += 1) {
      const socket = connect(rig.port, hosts[i % hosts.length])
      socket.on('error', () => undefined)
      socket.write('GET /health HTTP/1.1\r\nX-Slow: ')
      idle.push(socket)
      if (i % 50 === 49) statuses.add((await ask(rig.port, '/health')).status)
    }
    closing.push(() => idle.forEach((socket) => socket.destroy()))
    await vi.waitFor(() =>
      expect(idle.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(144),
    )
    expect(rig.service.connections.size).toBeLessThanOrEqual(256)
    expect([...statuses]).toEqual([200])
    expect((await ask(rig.port, '/health')).status).toBe(200)
  })

  test('headers that never end are answered 408, also by the second server', async () => {
    const rig = await rigged()
    const socket = connect(rig.port, hosts.at(-1))
    socket.write(`GET /health HTTP/1.1\r\nHost: localhost:${rig.port}\r\nX-Slow: `)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 [\s\S]*"expired"/)
    await once(socket, 'close')
  })

  test('an upgrade to another protocol is answered as usual', async () => {
    const rig = await rigged()
    const headers = [
      ['connection', 'Upgrade, HTTP2-Settings'],
      ['upgrade', 'h2c'],
    ] as const
    expect((await ask(rig.port, '/health', { headers })).status).toBe(200)
  })
})

describe.skipIf(process.platform === 'win32')('stopping', () => {
  const program = `
    import { createService, startListening, readConfig, stopOnSignals } from '${new URL('./index.ts', import.meta.url).href}'
    const service = await createService({ config: readConfig('stats'), peers: { relationOf: () => 'same_user' } })
    const { port } = await startListening(service)
    stopOnSignals(service)
    process.send(port)`
  async function child() {
    const running = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      env: {
        ...process.env,
        PORT: '0',
        TASKMANAGER_RUN_DIR: '/nowhere/run',
        TASKMANAGER_LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    closing.push(() => running.kill('SIGKILL'))
    await once(running, 'message')
    return running
  }
  test.each(['SIGTERM', 'SIGINT', 'message', 'disconnect'] as const)(
    'by %s ends with code 0',
    async (way) => {
      const running = await child()
      const ended = once(running, 'exit')
      if (way === 'message') running.send({ type: 'stop' })
      else if (way === 'disconnect') running.disconnect()
      else running.kill(way)
      expect(await ended).toEqual([0, null])
    },
  )
})
