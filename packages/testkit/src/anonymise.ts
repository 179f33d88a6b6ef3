import { createHash } from 'node:crypto'
import type { RecordedEntry, Recording } from './archive.ts'

export interface AnonymiseOptions {
  /** Plain texts and what stands for them: host name, user name, paths. */
  replace: ReadonlyMap<string, string>
  /** Program names whose command lines may stay; others keep only `/usr/bin/<comm>`. */
  keepCommands: ReadonlySet<string>
}

const PER_PROCESS = /^proc\/(\d+)\//

/**
 * Takes out what tells about the person or the place: host name, user names and paths by `replace`, command lines of
 * all but well-known programs, hardware addresses, public addresses, serial numbers. Lengths may change; counters,
 * states, times and the shape of the tree stay, since they are what a recording is for.
 */
export function anonymise(recording: Recording, options: AnonymiseOptions): Recording {
  const kept = new Set<string>()
  for (const entry of recording.entries) {
    const pid = PER_PROCESS.exec(entry.path)?.[1]
    if (pid === undefined || !entry.path.endsWith(`/${pid}/comm`) || entry.kind !== 'file') continue
    if (options.keepCommands.has(entry.content.toString('latin1').trimEnd())) kept.add(pid)
  }
  const entries = recording.entries.flatMap((entry) => {
    if (
      /\/(serial|product_serial|product_uuid|board_serial|chassis_serial|serial_number)$/.test(
        entry.path,
      )
    ) {
      return []
    }
    const pid = PER_PROCESS.exec(entry.path)?.[1]
    const strange = pid !== undefined && !kept.has(pid)
    return [rewrite(strange ? hideCommand(entry) : entry, options.replace)]
  })
  return { about: recording.about, entries }
}

/** A program nobody needs to know: arguments, working directory and open paths go, the rest stays. */
function hideCommand(entry: RecordedEntry): RecordedEntry {
  if (
    entry.kind === 'file' &&
    /^proc\/\d+\/cmdline$/.test(entry.path) &&
    entry.content.length > 0
  ) {
    return { ...entry, content: Buffer.from('/usr/bin/program\0') }
  }
  if (entry.kind === 'link' && entry.target.startsWith('/')) {
    if (entry.path.endsWith('/exe')) return { ...entry, target: '/usr/bin/program' }
    if (entry.path.endsWith('/root') || entry.target.startsWith('/dev/')) return entry
    return { ...entry, target: `/home/anna/file-${digest(entry.target)}` }
  }
  return entry
}

function rewrite(entry: RecordedEntry, replace: ReadonlyMap<string, string>): RecordedEntry {
  if (entry.kind === 'link') return { ...entry, target: replaceAll(entry.target, replace) }
  if (entry.kind !== 'file') return entry
  let text = replaceAll(entry.content.toString('latin1'), replace)
  if (/\/net\/(tcp|udp|unix)6?$/.test(entry.path)) text = fewSockets(text)
  if (entry.path.endsWith('/address'))
    text = text.replaceAll(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, neutralMac)
  return { ...entry, content: Buffer.from(text, 'latin1') }
}

/** The first sockets, and of the internet ones only those that never leave the machine: whom it talks to is private. */
function fewSockets(text: string): string {
  const [header, ...rows] = text.split('\n')
  const local = rows.filter((row) => {
    const remote = /^\s*\d+: [0-9A-F]+:[0-9A-F]+ ([0-9A-F]+):/.exec(row)?.[1]
    return remote === undefined || /^0+$|^0100007F$|^0{24}01000000$/.test(remote)
  })
  return [header, ...local.filter((row) => row !== '').slice(0, 40), ''].join('\n')
}

const neutralMac = (mac: string) => (mac === '00:00:00:00:00:00' ? mac : '02:00:00:00:00:01')

function replaceAll(text: string, replace: ReadonlyMap<string, string>): string {
  let result = text
  for (const [from, to] of replace) result = result.replaceAll(wholeWord(from), to)
  return result
}

/** A host called "vm" must not reach into `nr_vmscan`. */
function wholeWord(text: string): RegExp {
  const plain = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`(?<![A-Za-z0-9_])${plain}(?![A-Za-z0-9_])`, 'g')
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 6)
