import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const FIXTURES = path.join(import.meta.dirname, 'fixtures')
const BYTES = 5_000_000

/** Answers a line with a number by as many bytes. */
const PEER = `require('node:net').createServer((socket) => socket.once('data', (line) =>
  socket.write(Buffer.alloc(Number(line))))).listen(9000, '10.77.0.2')`

/** Two network namespaces with a cable between them; the peer's process is told as one of another network. */
const SCRIPT = `
  set -e
  ip link set lo up
  unshare --net sleep 60 & peer=$!
  trap 'kill $peer $server' EXIT
  until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
  ip link add cable0 type veth peer name cable1 netns $peer
  ip address add 10.77.0.1/24 dev cable0
  ip link set cable0 up
  nsenter --target $peer --net ip address add 10.77.0.2/24 dev cable1
  nsenter --target $peer --net ip link set cable1 up
  nsenter --target $peer --net "$1" -e "$2" & server=$!
  until nsenter --target $peer --net grep -q ':2328 .* 0A ' /proc/net/tcp; do :; done
  "$1" "$3" 10.77.0.2 9000 "$4"
  echo "peer $server"
`

test('over a real interface: to the byte, the rest is headers, and who is in another network is told apart', (context) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return context.skip('needs Linux and root, to make namespaces')
  }
  const program = path.join(FIXTURES, 'network-between.ts')
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--net', 'sh', '-c', SCRIPT, 'sh', process.execPath, PEER, program, String(BYTES)],
    { encoding: 'utf8', timeout: 50_000 },
  )
  const refusal = /^(?:unshare|ip|nsenter|RTNETLINK)[ :].*/m.exec(stderr)?.[0]
  if (status !== 0 && refusal !== undefined) {
    return context.skip(`this machine allows no such network: ${refusal}`)
  }
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const [line = '', last = ''] = stdout.trim().split('\n')
  const told = JSON.parse(line) as Record<
    'fetcher' | 'inside' | 'interfaces' | 'rest' | 'unheld',
    { recv: number; sent: number }
  > & { apart: number[] }
  const asked = `${BYTES}\n`.length
  expect(told.fetcher.recv).toBe(BYTES)
  // A line that the kernel sends again has been sent as well.
  expect(told.fetcher.sent).toBeGreaterThanOrEqual(asked)
  expect(told.fetcher.sent).toBeLessThan(10 * asked)
  expect(told.inside).toEqual({ recv: 0, sent: 0 })
  expect(told.unheld).toEqual({ recv: 0, sent: 0 })
  // What the interface carried is the payload and the headers around it.
  expect(told.interfaces.recv).toBeGreaterThan(BYTES)
  expect(told.rest.recv).toBe(told.interfaces.recv - BYTES)
  expect(told.rest.recv).toBeLessThan(BYTES * 0.1)
  expect(told.apart).toContain(Number(last.replace('peer ', '')))
})
