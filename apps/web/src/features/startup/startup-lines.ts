import type { ProcessRow, StartupItem } from '@taskmanager/contracts'
import { arrangeLines } from '../../components/grid/arrange-lines.ts'
import { sumOfRows } from '../../lib/row-sums.ts'
import type { Sort } from '../../lib/sort.ts'
import { STARTUP_COLUMNS } from './startup-columns.ts'
import { startsWithWords, stateWords } from './startup-words.ts'

/** What starts, with the processes of it that run. */
export interface StartupLine {
  readonly key: string
  readonly item: StartupItem
  /** Those that are known to be of it: none does not mean that it does not run. */
  readonly processes: readonly ProcessRow[]
  /** CPU time they have used since each began; `null`: none of them runs, or it is not known. */
  readonly cpuTimeMs: number | null
  /** They carry its unit; else they have its command line. */
  readonly isByUnit: boolean
  /** A list of one depth, for the keys of the grid. */
  readonly depth: 0
  readonly isParent: false
  readonly isOpen: false
}

interface LinesInput {
  readonly items: readonly StartupItem[]
  readonly rows: ReadonlyMap<number, ProcessRow>
  /** Whose session it is; `null`: not known, and nothing is known to run. */
  readonly user: string | null
  readonly query: string
  readonly sort: Sort
}

/** What the filter leaves of all items, in order. Pure. */
export function startupLines({ items, rows, user, query, sort }: LinesInput): StartupLine[] {
  const running = runningOf(items, rows, user)
  const lines = items.map((item): StartupLine => {
    const byUnit = running.byUnit.get(item.app_id ?? '') ?? []
    const isByUnit = byUnit.length > 0
    const processes = isByUnit ? byUnit : (running.byCommand.get(commandKey(item.command)) ?? [])
    const cpuTimeMs = processes.length === 0 ? null : sumOfRows(processes, (row) => row.cpu_time_ms)
    const flat = { depth: 0, isParent: false, isOpen: false } as const
    return { key: item.id, item, processes, cpuTimeMs, isByUnit, ...flat }
  })
  return arrangeLines({
    lines,
    columns: STARTUP_COLUMNS,
    query,
    sort,
    nameOf: ({ item }) => item.name,
    wordsOf: ({ item }) => [
      item.name,
      stateWords(item),
      startsWithWords(item),
      item.command,
      item.file,
    ],
  })
}

/** The user's processes by application id and by command line. */
function runningOf(
  items: readonly StartupItem[],
  rows: LinesInput['rows'],
  user: string | null,
): Readonly<Record<'byUnit' | 'byCommand', ReadonlyMap<string, ProcessRow[]>>> {
  const ids = new Set(items.map((item) => item.app_id))
  const commands = new Set(items.map((item) => commandKey(item.command)))
  const byUnit = new Map<string, ProcessRow[]>()
  const byCommand = new Map<string, ProcessRow[]>()
  for (const row of user === null ? [] : rows.values()) {
    // What runs in a container was started by its engine, whatever it is called.
    if (row.user !== user || row.kind === 'container') continue
    const id = applicationIds(row.unit).find((one) => ids.has(one))
    if (id !== undefined) addTo(byUnit, id, row)
    const command = commandKey(row.cmdline)
    if (command !== '' && commands.has(command)) addTo(byCommand, command, row)
  }
  return { byUnit, byCommand }
}

function addTo(lists: Map<string, ProcessRow[]>, key: string, row: ProcessRow): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [row])
  else list.push(row)
}

/**
 * What a unit may be called by: `app-ID@autostart.service`, `app-gnome-ID-1234.scope`. Whether the first part names who
 * started it cannot be told from a dash of the id. Source: systemd's desktop environment conventions.
 */
function applicationIds(unit: string | null): string[] {
  const named = /^app-(.+?)(?:@[^@]*\.service|(?:-\d+)?\.scope|\.service)$/.exec(unit ?? '')?.[1]
  return named === undefined ? [] : [named, named.replace(/^[a-zA-Z]+-/, '')]
}

/** A command line by the name of its program, wherever that lies; '': there is none. */
const commandKey = (command: string | null): string => (command ?? '').replace(/^[^\s]*\//, '')
