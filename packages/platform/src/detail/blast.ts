import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { BlastRadius, OpenFile } from '@taskmanager/contracts'
import type { Relative } from './family.ts'
import type { SocketEnds } from './sockets.ts'

const MOST_CLIENTS = 32
const MOST_PATHS = 32
const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]

interface SocketHolders<T extends SocketEnds> {
  isOwn: (socket: T) => boolean
  /** Who has the other end of a connection; undefined: not known. */
  ownerOf: (socket: T) => Pick<Relative, 'pid' | 'name'> | undefined
}

/** Ports a process serves, and who is connected. Local clients are named where the other end is known. */
export function listenersOf<T extends SocketEnds>(
  sockets: readonly T[],
  { isOwn, ownerOf }: SocketHolders<T>,
): NonNullable<BlastRadius['listeners']> {
  const listening = sockets.filter((each) => isOwn(each) && isServing(each))
  return listening.map((listener) => {
    const serving = sockets.filter(
      (each) => each.state === 'ESTABLISHED' && each.localPort === listener.localPort,
    )
    const clients = serving.slice(0, MOST_CLIENTS).map((each) => {
      const other = sockets.find(
        ({ localPort, remotePort, local }) =>
          localPort === each.remotePort && remotePort === each.localPort && local === each.remote,
      )
      const client = other === undefined ? undefined : ownerOf(other)
      return { pid: client?.pid ?? null, name: client?.name ?? null, address: each.remote ?? '' }
    })
    return {
      port: listener.localPort,
      protocol: listener.protocol,
      address: listener.local,
      clients,
      client_count: serving.length,
    }
  })
}

const isServing = ({ protocol, state, remote, localPort }: SocketEnds) =>
  state === 'LISTEN'
    ? protocol.startsWith('tcp')
    : protocol.startsWith('udp') && remote === null && localPort > 0

/** Paths open for writing: files only, since pipes and devices lose nothing. */
export function writtenPaths(files: readonly OpenFile[]): { paths: string[]; count: number } {
  const written = files.filter(
    ({ kind, mode }) => kind === 'file' && (mode === 'w' || mode === 'rw'),
  )
  const paths = [...new Set(written.map((file) => file.path))]
  return { paths: paths.slice(0, MOST_PATHS), count: paths.length }
}

/** The unit that starts the process again, with its policy, from the unit's files. Nothing is started to ask. */
export async function restartedBy(
  unit: string | null,
): Promise<{ unit: string; policy: string | null } | null> {
  if (unit === null || !/^[\w@:.\\-]+\.service$/.test(unit)) return null
  const template = unit.replace(/@[^.]*\.service$/, '@.service')
  for (const directory of UNIT_DIRECTORIES) {
    for (const name of new Set([unit, template])) {
      const text = await readFile(path.join(directory, name), 'utf8').catch(() => null)
      const policy = text === null ? undefined : /^Restart\s*=\s*(\S+)/m.exec(text)?.[1]
      if (text !== null) return policy === undefined || policy === 'no' ? null : { unit, policy }
    }
  }
  return null
}
