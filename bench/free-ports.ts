import { createServer, type AddressInfo } from 'node:net'

/** Ports that were free on both loopback addresses a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = await tryPort('::1', 0).catch(() => tryPort('127.0.0.1', 0))
    if (await tryPort('127.0.0.1', port).then(Boolean, () => false)) found.add(port)
  }
  return [...found]
}

/** The port it got; rejects when that port is taken. */
function tryPort(host: string, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port: wanted, ipv6Only: true }, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
