import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { createPorts } from '@taskmanager/platform'
import { expect, test } from 'vitest'

test('what this process listens on and is connected to is its own, by TCP and UDP', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  const datagrams = createSocket('udp4').bind(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(datagrams, 'listening')])
  const { port } = server.address() as AddressInfo
  const accepted = once(server, 'connection')
  const client = connect(port, '127.0.0.1')
  await Promise.all([accepted, once(client, 'connect')])

  const list = await (await createPorts())?.read()
  const owner = {
    pid: process.pid,
    name: 'node.exe',
    start_id: expect.stringMatching(/^w-/) as string,
  }
  const at = (wanted: number | undefined) =>
    list?.sockets.find(({ local_port: own }) => own === wanted)
  // Wine keeps sockets that listen in its server, and names the owners of others alone.
  expect(at(port)).toEqual({
    protocol: 'tcp',
    role: 'listens',
    local_address: '127.0.0.1',
    local_port: port,
    remote_address: null,
    remote_port: null,
    user: null,
    owners: null,
    unknown: { owners: 'not_reported' },
  })
  expect(at(client.localPort)).toEqual({
    protocol: 'tcp',
    role: 'connected',
    local_address: '127.0.0.1',
    local_port: client.localPort,
    remote_address: '127.0.0.1',
    remote_port: port,
    user: userInfo().username,
    owners: [owner],
    unknown: {},
  })
  expect(at(datagrams.address().port)).toMatchObject({
    protocol: 'udp',
    role: 'listens',
    owners: [owner],
  })
  expect(list).toMatchObject({ complete: true })
  client.destroy()
  server.close()
  datagrams.close()
})
