/** What every TCP connection has carried, whose it is, and what the interfaces have carried. */
export interface NetworkUseSample {
  /** By cookie, which names a connection as long as it lives. */
  connections: ReadonlyMap<number, Connection>
  /** Counters of the interfaces by name; those that only pass on what another one carries are not among them. */
  interfaces: ReadonlyMap<string, Carried> | null
  /** Processes with a network of their own, as in a container: what they carry cannot be told here. */
  apart: readonly ProcessMark[]
  /** Descriptors of some processes may not be read: a connection without holder may be theirs. */
  denied: boolean
  monotonicMs: number
  epochMs: number
}

export interface Carried {
  recvBytes: number
  sentBytes: number
}

export interface Connection extends Carried {
  /** null: nobody seen here holds it. */
  holder: ProcessMark | null
  /** Its other end is this computer: no interface carries it. */
  inside: boolean
}

export interface ProcessMark {
  pid: number
  startId: string
}

/** Counters of one instant; null where the kernel does not tell. */
export interface NetworkUseProvider {
  sample(): Promise<NetworkUseSample | null>
}
