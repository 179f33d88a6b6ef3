import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { PeerLookup } from '@taskmanager/platform'
import { ok, unknown, wrong, type Finding } from './report.ts'

/** Calls itself and asks who that is. */
export async function checkCaller(peers: PeerLookup): Promise<Finding[]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  try {
    const [[socket]] = await Promise.all([accepted, once(client, 'connect')])
    return [ownCaller(peers, socket)]
  } finally {
    client.destroy()
    server.close()
  }
}

function ownCaller(peers: PeerLookup, socket: Socket): Finding {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
  const relation = peers.relationOf({ localAddress, localPort, remoteAddress, remotePort })
  if (relation === 'unknown')
    return unknown('who calls us', 'this system does not tell, so tokens decide')
  return relation === 'same_user'
    ? ok('who calls us', 'our own user')
    : wrong('who calls us', relation)
}
