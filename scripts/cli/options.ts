import { parseArgs } from 'node:util'
import {
  IO_PRIORITIES,
  PRIORITIES,
  SERVICE_ACTIONS,
  type IoPriority,
  type PriorityWord,
  type ServiceAction,
  type ServiceScope,
} from '@taskmanager/contracts'
import { UsageError } from '../launcher/options.ts'

export const HELP = `Task Manager Pro in a terminal: asks the running copy, and acts through it.

  npm run tmp -- COMMAND [options]

  ls [WORDS]                 processes whose name, command line, user or PID has all the words; --sort cpu, memory or
                             name; --top N (20), 0 for all
  apps                       programs and what their processes use together
  stats                      the machine
  info PID                   one process
  ports                      who listens
  containers [WORDS]         containers, those that run first, with their limits
  services [WORDS]           services of the machine and of your session, failed ones first
  log NAME                   what a service wrote last, oldest first; --user for one of your session, --top as above
  actions                    what was done to processes and services, newest first

  end PID...                 ask to end; --force ends at once, --then-force those that are still there after 3 s;
                             --tree ends what they started too; --undo suspends them first and ends them after 30 s,
                             until then resume takes it back
  suspend PID...             stop for a while
  resume PID...              go on
  priority PID LEVEL         ${Object.keys(PRIORITIES).join(', ')}, or a nice value from -20 to 19
  io-priority PID LEVEL      ${IO_PRIORITIES.join(', ')}: who is served first by a disk
  efficiency PID on|off      the efficiency mode of Windows: sparing clock rates and the lowest priority
  affinity PID CPUS          the CPUs it may use, such as 0-3,8

  service ACTION NAME        ${SERVICE_ACTIONS.join(', ')}; --user for one of your session

  --json                     the answer of the API as it is
  --yes                      do not ask (needed in a script for several processes, other users' or a forced end)
  --confirm-name NAME        for a process or service that the session depends on: its name, as it is shown

Exit status: 0 all is as asked, 1 something is not, 2 the command line is not understood, 3 no copy is running.
`

const READS = [
  'ls',
  'apps',
  'stats',
  'info',
  'ports',
  'containers',
  'services',
  'log',
  'actions',
] as const
/** What they show is chosen by words. */
const SEARCHES: ReadonlySet<string> = new Set(['ls', 'containers', 'services'])
const ACTS = [
  'end',
  'suspend',
  'resume',
  'priority',
  'io-priority',
  'efficiency',
  'affinity',
] as const
/** They take a PID and how it is to be. */
const TAKE_MORE: readonly Act[] = ['priority', 'io-priority', 'efficiency', 'affinity']
type Read = (typeof READS)[number]
type Act = (typeof ACTS)[number]

export interface ReadCommand {
  kind: 'read'
  verb: Read
  words: readonly string[]
  pid: number
  /** Of `log`. */
  service: { scope: ServiceScope; name: string } | null
  sort: 'cpu' | 'memory' | 'name'
  /** Lines at most; Infinity for all. */
  top: number
  json: boolean
}

export interface ActCommand {
  kind: 'act'
  verb: Act
  pids: readonly number[]
  force: boolean
  thenForce: boolean
  tree: boolean
  /** Suspended first, so that it can be taken back. */
  undo: boolean
  /** Of `priority`. */
  level: { priority: PriorityWord } | { nice: number } | null
  /** Of `io-priority`. */
  ioPriority: IoPriority | null
  /** Of `efficiency`. */
  on: boolean
  /** Of `affinity`. */
  cpus: readonly number[]
  json: boolean
  yes: boolean
  confirmName: string | null
}

export interface ServiceCommand {
  kind: 'service'
  action: ServiceAction
  /** With its `.service`. */
  name: string
  scope: ServiceScope
  json: boolean
  confirmName: string | null
}

export type Command = ReadCommand | ActCommand | ServiceCommand | { kind: 'help' }

/** Reads the command line. @throws UsageError with what to write instead */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args)
  const [verb, ...rest] = positionals
  if (values.help || verb === undefined || verb === 'help') return { kind: 'help' }
  if (isOneOf(READS, verb)) {
    const takesOne = verb === 'info' || verb === 'log'
    return {
      kind: 'read',
      verb,
      words: SEARCHES.has(verb) ? rest : none(takesOne ? rest.slice(1) : rest, verb),
      pid: verb === 'info' ? pidOf(rest[0]) : 0,
      service: verb === 'log' ? serviceOf('log', rest[0], values.user) : null,
      sort: sortOf(values.sort),
      top: topOf(values.top),
      json: values.json,
    }
  }
  if (verb === 'service') return serviceCommand(rest, values)
  if (!isOneOf(ACTS, verb)) throw new UsageError(`There is no command "${verb}". Try --help.`)
  const takesMore = TAKE_MORE.includes(verb)
  const [first, more] = rest
  if (takesMore && rest.length !== 2)
    throw new UsageError(`${verb} needs a PID and one word more. Try --help.`)
  if (rest.length === 0) throw new UsageError(`${verb} needs a PID.`)
  if (values.force && values['then-force'])
    throw new UsageError('Give --force or --then-force, not both.')
  if (values.undo && (verb !== 'end' || values.force || values['then-force']))
    throw new UsageError('--undo goes with end, and not with --force or --then-force.')
  return {
    kind: 'act',
    verb,
    pids: [...new Set((takesMore ? [first] : rest).map(pidOf))],
    force: values.force,
    thenForce: values['then-force'],
    tree: values.tree,
    undo: values.undo,
    level: verb === 'priority' ? levelOf(more ?? '') : null,
    ioPriority: verb === 'io-priority' ? ioPriorityOf(more ?? '') : null,
    on: verb === 'efficiency' && onOf(more ?? ''),
    cpus: verb === 'affinity' ? cpusOf(more ?? '') : [],
    json: values.json,
    yes: values.yes,
    confirmName: values['confirm-name'] ?? null,
  }
}

function serviceCommand(
  [action, name, ...rest]: readonly string[],
  values: ReturnType<typeof parse>['values'],
): ServiceCommand {
  if (action === undefined || !isOneOf(SERVICE_ACTIONS, action))
    throw new UsageError(`service takes ${SERVICE_ACTIONS.join(', ')}, not "${action ?? ''}".`)
  return {
    kind: 'service',
    action,
    ...serviceOf(`service ${action}`, rest.length > 0 ? undefined : name, values.user),
    json: values.json,
    confirmName: values['confirm-name'] ?? null,
  }
}

/** @param command as it is called in the message */
function serviceOf(command: string, name: string | undefined, ofUser: boolean) {
  if (name === undefined)
    throw new UsageError(`${command} needs one name. Find it with: npm run tmp -- services`)
  const isWhole = name.endsWith('.service') || process.platform === 'win32'
  return {
    name: isWhole ? name : `${name}.service`,
    scope: ofUser ? ('user' as const) : ('system' as const),
  }
}

function parse(args: readonly string[]) {
  // A nice value looks like an option.
  const isNice = (arg: string) => /^-\d{1,2}$/.test(arg)
  const marked = args.map((arg) => (isNice(arg) ? `nice${arg}` : arg))
  try {
    return parseArgs({
      args: marked,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        sort: { type: 'string', default: 'cpu' },
        top: { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        'then-force': { type: 'boolean', default: false },
        tree: { type: 'boolean', default: false },
        user: { type: 'boolean', default: false },
        undo: { type: 'boolean', default: false },
        yes: { type: 'boolean', short: 'y', default: false },
        'confirm-name': { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ', 1)[0]}. Try --help.`)
  }
}

const isOneOf = <T extends string>(words: readonly T[], word: string): word is T =>
  (words as readonly string[]).includes(word)

function none(rest: readonly string[], verb: string): readonly string[] {
  if (rest.length > 0) throw new UsageError(`${verb} does not take "${rest[0]}". Try --help.`)
  return rest
}

function pidOf(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text))
    throw new UsageError(
      `A PID is a number, not "${text ?? ''}". Find it with: npm run tmp -- ls NAME`,
    )
  return Number(text)
}

function sortOf(word: string): ReadCommand['sort'] {
  if (word === 'cpu' || word === 'memory' || word === 'name') return word
  throw new UsageError(`--sort takes cpu, memory or name, not "${word}".`)
}

function topOf(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`--top needs a number, not "${text}".`)
  return Number(text) === 0 ? Infinity : Number(text)
}

function levelOf(text: string): { priority: PriorityWord } | { nice: number } {
  const nice = /^(?:nice)?(-?\d{1,2})$/.exec(text)?.[1]
  if (nice !== undefined && Math.abs(Number(nice)) <= 20 && Number(nice) < 20)
    return { nice: Number(nice) }
  const words = Object.keys(PRIORITIES) as PriorityWord[]
  if (isOneOf(words, text)) return { priority: text }
  throw new UsageError(
    `priority takes ${words.join(', ')} or a nice value from -20 to 19, not "${text}".`,
  )
}

function ioPriorityOf(text: string): IoPriority {
  if (isOneOf(IO_PRIORITIES, text)) return text
  throw new UsageError(`io-priority takes ${IO_PRIORITIES.join(', ')}, not "${text}".`)
}

function onOf(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new UsageError(`efficiency takes on or off, not "${text}".`)
}

/** `0-3,8` as numbers. */
function cpusOf(text: string): number[] {
  const cpus = new Set<number>()
  for (const part of text.split(',')) {
    const [, from, to = from] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? []
    if (from === undefined || Number(to) < Number(from))
      throw new UsageError(`CPUs are written like 0-3,8, not "${text}".`)
    for (let cpu = Number(from); cpu <= Number(to); cpu++) cpus.add(cpu)
  }
  return [...cpus].toSorted((a, b) => a - b)
}
