import { readdir, readFile } from 'node:fs/promises'
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
    const serving = sockets.filter((each) => isServedBy(each, listener))
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

/** What is connected does not tell who took it: by its own end it is of this listener. One of tcp6 takes IPv4 as tcp6, too. */
function isServedBy({ protocol, state, local, localPort }: SocketEnds, by: SocketEnds): boolean {
  if (state !== 'ESTABLISHED' || protocol !== by.protocol || localPort !== by.localPort)
    return false
  const everywhere = [`0.0.0.0:${by.localPort}`, `[::]:${by.localPort}`]
  return everywhere.includes(by.local) || local === by.local
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

/**
 * The unit that starts the process again, with its policy, from the unit's files and what was added to them. Nothing is
 * started to ask. Source: systemd.unit(5), systemd.service(5).
 * @param directories the most important first
 */
export async function restartedBy(
  unit: string | null,
  directories: readonly string[] = UNIT_DIRECTORIES,
): Promise<BlastRadius['restarted_by']> {
  if (unit === null || !/^[\w@:.\\-]+\.service$/.test(unit)) return null
  const template = unit.replace(/@.*\.service$/, '@.service')
  const names = [...new Set([unit, template])]
  const places = directories.flatMap((directory) => names.map((name) => path.join(directory, name)))
  const own = await firstText(places)
  if (own === null) return null
  // The last word counts.
  const added = await Promise.all(places.toReversed().map((place) => textsIn(`${place}.d`)))
  const words = [own, ...added.flat()].flatMap((text) =>
    Array.from(text.matchAll(/^Restart[ \t]*=[ \t]*(\S*)/gm), ([, word]) => word),
  )
  const policy = words.at(-1) || 'no'
  return policy === 'no' ? null : { manager: 'systemd', unit, policy, delay_ms: null }
}

async function firstText(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const text = await textOf(file)
    if (text !== null) return text
  }
  return null
}

/** Of all `.conf` in a directory, in the order of their names. */
async function textsIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  const files = names.filter((name) => name.endsWith('.conf')).toSorted()
  const texts = await Promise.all(files.map((name) => textOf(path.join(directory, name))))
  return texts.filter((text) => text !== null)
}

/** null: it is not there, or may not be read. */
const textOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null)
