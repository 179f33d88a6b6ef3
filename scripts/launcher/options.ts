import type { Ports } from './services.ts'
import { DEFAULT_PORTS } from './services.ts'

/** The command line cannot be understood; the message says what to write instead. */
export class UsageError extends Error {}

export interface StartOptions {
  readonly open: boolean
  readonly ports: Ports
  readonly elevatedStats: boolean
  readonly systemStats: boolean
  readonly allowUserWritableTree: boolean
  readonly help: boolean
}

export const HELP = `Starts Task Manager Pro and opens it in the browser. Ctrl-C stops it.

  npm start [-- options]

  --no-open, --no-browser      start without opening a browser
  --ports STATS,ACCURACY,PAGES use other ports than 8000,8001,5173 (0 is not allowed)
  --elevated-stats             start only the stats service as root, by sudo or pkexec, or as administrator, by User
                               Account Control: it can then end other users' processes. Refused unless root or
                               Administrators own this installation, and Node.js there, and nobody else can change it.
                               After 15 minutes without a command it goes on without these rights
  --allow-user-writable-tree   elevate even so: whoever can change these files can then have these rights
  --system-stats               use the stats service of the system (npm run system-stats -- install) instead of
                               starting one: for members of its group, who may end any process
  --help                       show this text

  TASKMANAGER_RUN_DIR          private directory for the tokens of the running copy
  TASKMANAGER_STATE_DIR        directory for logs and settings
  TASKMANAGER_REQUIRE_TOKEN=1  ask for a token also where the system tells that it is you
  TASKMANAGER_LISTEN, TASKMANAGER_HOST_NAMES, TASKMANAGER_TLS_CERT, TASKMANAGER_TLS_KEY, TASKMANAGER_REMOTE_CONTROL
                               let other computers in: docs/security.md
  TASKMANAGER_SYSTEM_RUN_DIR   directory with the tokens of the system's stats service
`

/** Reads the command line. @throws with a sentence for an option that does not exist or has an odd value */
export function parseStartOptions(args: readonly string[]): StartOptions {
  let open = true
  let ports = DEFAULT_PORTS
  let elevatedStats = false
  let systemStats = false
  let allowUserWritableTree = false
  let help = false
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--no-open' || arg === '--no-browser') open = false
    else if (arg === '--elevated-stats') elevatedStats = true
    else if (arg === '--system-stats') systemStats = true
    else if (arg === '--allow-user-writable-tree') allowUserWritableTree = true
    else if (arg === '--help' || arg === '-h') help = true
    else if (arg === '--ports') ports = parsePorts(args[++i] ?? '')
    else if (arg.startsWith('--ports=')) ports = parsePorts(arg.slice('--ports='.length))
    else throw new UsageError(`There is no option "${arg}". Try --help.`)
  }
  if (elevatedStats && systemStats)
    throw new UsageError(
      'Choose one: --elevated-stats starts a stats service, --system-stats uses one.',
    )
  return { open, ports, elevatedStats, systemStats, allowUserWritableTree, help }
}

/** Reads three ports in the order stats, accuracy, pages. @throws UsageError */
export function parsePorts(text: string): Ports {
  const numbers = text
    .split(',')
    .map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : Number.NaN))
  const [stats = Number.NaN, accuracy = Number.NaN, pages = Number.NaN] = numbers
  const valid = numbers.every((port) => port >= 1 && port <= 65_535)
  if (numbers.length !== 3 || !valid || new Set(numbers).size !== 3) {
    throw new UsageError(
      `--ports needs three different port numbers, like 8000,8001,5173, not "${text}".`,
    )
  }
  return { stats, accuracy, pages }
}
