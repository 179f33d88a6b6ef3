import type { NetworkSample } from '../machine.ts'
import { cleanName } from '../text/clean.ts'
import { KeptFile } from './kept-file.ts'
import type { NetworkLink } from './network-links.ts'
import { parseNetDev, type NetDevLine } from './parse-net-dev.ts'

/** Interfaces with their counters. Source: proc_pid_net(5) for the counters, sysfs for the rest. */
export class Networks {
  readonly #file: KeptFile

  constructor(procRoot: string) {
    this.#file = new KeptFile(`${procRoot}/net/dev`)
  }

  /** null when the counters cannot be read; `links` is null before they have been read. */
  read(links: ReadonlyMap<string, NetworkLink> | null): NetworkSample[] | null {
    if (this.#file.read().kind !== 'ok') return null
    const lines = parseNetDev(this.#file.bytes, this.#file.length)
    const physicalOnly = lines.some(({ name }) => links?.get(name)?.physical === true)
    return lines.map((line) => sample(line, links?.get(line.name), physicalOnly))
  }

  close(): void {
    this.#file.close()
  }
}

function sample(
  line: NetDevLine,
  link: NetworkLink | undefined,
  physicalOnly: boolean,
): NetworkSample {
  const kind = link?.kind ?? (line.name === 'lo' ? 'loopback' : 'unknown')
  return {
    id: cleanName(Buffer.from(line.name, 'latin1')),
    kind,
    counted:
      kind !== 'loopback' &&
      link?.countedElsewhere !== true &&
      (!physicalOnly || link?.physical === true),
    up: link?.up ?? null,
    linkBitsPerSecond: link?.linkBitsPerSecond ?? null,
    signalDbm: link?.signalDbm ?? null,
    mac: link?.mac ?? null,
    addresses: link?.addresses ?? [],
    recvBytes: line.recvBytes,
    sentBytes: line.sentBytes,
    recvPackets: line.recvPackets,
    sentPackets: line.sentPackets,
    errors: line.recvErrors + line.sentErrors,
    drops: line.recvDrops + line.sentDrops,
  }
}
