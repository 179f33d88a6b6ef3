import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { createPeerLookup } from '@taskmanager/platform'
import { expect, test } from 'vitest'

test.each([
  ['127.0.0.1', 'same_user'],
  ['::1', 'unknown'], // Wine has its row, and no owner in it
])('the owner of a connection over %s is %s', async (host, relation) => {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const client = connect((server.address() as AddressInfo).port, host)
  // As for any caller that has sent something.
  const [[socket]] = await Promise.all([accepted, once(client, 'connect')])
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
  const connection = { localAddress, localPort, remoteAddress, remotePort }
  const peers = createPeerLookup({ ownerUid: null })
  expect(peers.relationOf(connection)).toBe(relation)
  expect(peers.relationOf({ ...connection, remotePort: 1 })).toBe('unknown')
  client.destroy()
  socket.destroy()
  server.close()
})
