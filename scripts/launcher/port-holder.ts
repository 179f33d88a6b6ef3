import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface PortHolder {
  readonly pid: number | null
  /** Short name of the program; null where the process belongs to somebody else. */
  readonly name: string | null
  /** Owner of the socket. */
  readonly uid: number
}

const LISTEN_STATE = '0A'

/**
 * Who listens on a TCP port. Source: /proc/net/tcp and tcp6 (proc_net(5)) give owner and inode of the socket; the process is
 * the one with that inode among its descriptors, which only its own user and root may look at.
 * @returns null when nobody listens, or on a system without /proc
 */
export function findPortHolder(port: number, procRoot = '/proc'): PortHolder | null {
  const socket = ['tcp', 'tcp6']
    .flatMap((table) => parseListeners(readOrEmpty(`${procRoot}/net/${table}`)))
    .find((entry) => entry.port === port)
  if (socket === undefined) return null
  const pid = findSocketOwner(socket.inode, procRoot)
  const name = pid === null ? null : printable(readOrEmpty(`${procRoot}/${pid}/comm`))
  return { pid, name: name === '' ? null : name, uid: socket.uid }
}

/** Parses /proc/net/tcp or tcp6: `sl local_address rem_address st … uid timeout inode`, addresses and ports in hexadecimal. */
export function parseListeners(table: string): { port: number; uid: number; inode: string }[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/)
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)
      const [state, uid, inode] = [fields[3], Number(fields[7]), fields[9]]
      return state === LISTEN_STATE && Number.isInteger(port) && inode !== undefined
        ? [{ port, uid, inode }]
        : []
    })
}

function findSocketOwner(inode: string, procRoot: string): number | null {
  const link = `socket:[${inode}]`
  for (const pid of listOrEmpty(procRoot)) {
    if (!/^\d+$/.test(pid)) continue
    const directory = `${procRoot}/${pid}/fd`
    if (listOrEmpty(directory).some((fd) => linkOrEmpty(`${directory}/${fd}`) === link))
      return Number(pid)
  }
  return null
}

/** A process chooses its own name; it must not draw on the terminal. */
function printable(name: string): string {
  return name.trim().replaceAll(/[^\x20-\x7e]/g, '?')
}

// Processes leave, and other users' descriptors are closed to us: both simply mean "not this one".
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
function listOrEmpty(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
function linkOrEmpty(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
