import { ByteScanner, latin1 } from './byte-scanner.ts'

/** One line of `/proc/net/dev`, counters since the interface came up. Source: proc_pid_net(5). */
export interface NetDevLine {
  name: string
  recvBytes: number
  recvPackets: number
  recvErrors: number
  recvDrops: number
  sentBytes: number
  sentPackets: number
  sentErrors: number
  sentDrops: number
}

const COLON = 58
const NEWLINE = 10

/**
 * Lines cut short are left out, and so are the two of the heading: they have no colon. Of two lines of one name, which
 * a list that changes while it is read can have, the first counts.
 */
export function parseNetDev(bytes: Uint8Array, length = bytes.length): NetDevLine[] {
  const scanner = new ByteScanner(bytes, length)
  const lines = new Map<string, NetDevLine>()
  for (; !scanner.done; scanner.nextLine()) {
    const name = takeName(scanner)
    const line = name === null || lines.has(name) ? null : parseCounters(scanner, name)
    if (line !== null) lines.set(line.name, line)
  }
  return [...lines.values()]
}

/** Up to the last colon before the numbers: an alias is named `eth0:1`. */
function takeName(scanner: ByteScanner): string | null {
  scanner.skipBlanks()
  const { bytes, end } = scanner
  const from = scanner.at
  let colon = -1
  for (let at = from; at < end; at++) {
    const byte = bytes[at]
    if (byte === COLON) colon = at
    if (byte === NEWLINE || byte === 32) break
  }
  if (colon <= from) return null
  scanner.at = colon + 1
  return latin1(bytes, from, colon)
}

function parseCounters(scanner: ByteScanner, name: string): NetDevLine | null {
  const columns: number[] = []
  for (let column = 0; column < 12; column++) columns.push(scanner.integer())
  if (columns.some((value) => value < 0)) return null
  const [recvBytes = 0, recvPackets = 0, recvErrors = 0, recvDrops = 0] = columns
  const [sentBytes = 0, sentPackets = 0, sentErrors = 0, sentDrops = 0] = columns.slice(8)
  const received = { recvBytes, recvPackets, recvErrors, recvDrops }
  return { name, ...received, sentBytes, sentPackets, sentErrors, sentDrops }
}
