import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { rootHelper } from '../launcher/elevated-stats-spec.ts'
import { ensureBuilt, isBuilt } from '../launcher/ensure-built.ts'
import { ensureInstalled } from '../launcher/install.ts'
import { UsageError } from '../launcher/options.ts'
import { SYSTEM_NAME } from '../launcher/system-stats.ts'
import { accountSteps, groupMembers, removeAccountSteps } from './accounts.ts'
import { PLACES } from './places.ts'
import { perform, run, type Step } from './steps.ts'
import { refuseForeign, removeTreeSteps, treeSteps } from './tree.ts'
import { unitText } from './unit.ts'

const HELP = `The stats service as a service of the system (Linux with systemd): it runs as a user of its own that may end any process
and change any priority, and may do nothing else that an ordinary user may not. npm start -- --system-stats then uses it.

  npm run system-stats -- install [--enable] [--dry-run]
  npm run system-stats -- uninstall [--keep-log] [--dry-run]

  --enable     also start it, now and with the system
  --keep-log   leave ${PLACES.stateDir}, the log of what was done to processes
  --dry-run    only say what would be done

Members of the group ${SYSTEM_NAME} may use it: membership means "may end any process of this computer".
Both can be repeated; a second install replaces the files and starts a running service again.
`

interface Wishes {
  readonly verb: 'install' | 'uninstall'
  readonly enable: boolean
  readonly keepLog: boolean
  readonly dryRun: boolean
}

/** Installs or removes. Builds as the user who calls, and asks for root only for the rest. @returns the exit code */
export async function runSystemStats(args: readonly string[]): Promise<number> {
  const wishes = parse(args)
  if (wishes === null) {
    console.log(HELP)
    return 0
  }
  if (process.platform !== 'linux' || !existsSync('/etc/systemd'))
    throw new Error('This needs Linux with systemd. Elsewhere: npm start -- --elevated-stats')
  const isRoot = process.getuid?.() === 0
  if (wishes.verb === 'install') await provideBuild(isRoot)
  if (!isRoot && !wishes.dryRun) return asRoot(args)
  process.umask(0o022)
  perform(wishes.verb === 'install' ? installSteps(wishes) : uninstallSteps(wishes), wishes.dryRun)
  if (wishes.verb === 'install') console.log(next(wishes))
  return 0
}

function parse(args: readonly string[]): Wishes | null {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        enable: { type: 'boolean', default: false },
        'keep-log': { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message} Try --help.`, { cause: error })
  }
  const { values, positionals } = parsed
  const [verb] = positionals
  if (values.help || verb === undefined) return null
  if (positionals.length > 1 || (verb !== 'install' && verb !== 'uninstall'))
    throw new UsageError(`Say install or uninstall, not "${positionals.join(' ')}". Try --help.`)
  return { verb, enable: values.enable, keepLog: values['keep-log'], dryRun: values['dry-run'] }
}

/** What root builds in a user's folder could not be changed by that user afterwards. */
async function provideBuild(isRoot: boolean): Promise<void> {
  const isCalledByUser =
    isRoot && (process.env['SUDO_UID'] ?? process.env['PKEXEC_UID']) !== undefined
  if (!isCalledByUser) {
    await ensureInstalled()
    await ensureBuilt()
  } else if (!isBuilt()) {
    throw new Error('Build it first as its owner, without sudo: npm run build')
  }
}

function asRoot(args: readonly string[]): number {
  const command = rootHelper([process.execPath, process.argv[1] ?? '', ...args])
  console.log(`This needs root: ${command.join(' ')}`)
  const [helper = '', ...rest] = command
  const { status, error } = spawnSync(helper, rest, { stdio: 'inherit' })
  if (error !== undefined) throw error
  return status ?? 1
}

function installSteps({ enable }: Wishes): Step[] {
  const { unit } = PLACES
  refuseForeign(unit, unit)
  return [
    ...accountSteps(),
    ...treeSteps(),
    { says: `write ${unit}`, act: () => writeFileSync(unit, unitText(), { mode: 0o644 }) },
    ...systemctl('tell systemd', 'daemon-reload'),
    ...systemctl('start a running one again', 'try-restart', SYSTEM_NAME),
    ...(enable
      ? systemctl('start it, now and with the system', 'enable', '--now', SYSTEM_NAME)
      : []),
  ]
}

function uninstallSteps({ keepLog }: Wishes): Step[] {
  const { unit, stateDir, runDir } = PLACES
  const steps: Step[] = []
  if (existsSync(unit)) {
    refuseForeign(unit, unit)
    steps.push(...systemctl('stop it', 'disable', '--now', SYSTEM_NAME))
    steps.push({ says: `remove ${unit}`, act: () => rmSync(unit) })
    steps.push(...systemctl('tell systemd', 'daemon-reload'))
  }
  steps.push(...removeTreeSteps())
  for (const directory of keepLog ? [runDir] : [runDir, stateDir]) {
    if (existsSync(directory))
      steps.push({
        says: `remove ${directory}${directory === stateDir ? ', the log of what was done to processes' : ''}`,
        act: () => rmSync(directory, { recursive: true, force: true }),
      })
  }
  steps.push(...removeAccountSteps())
  return steps
}

/** Nothing where systemd does not run (an image that is being built): it reads the unit when it starts. */
function systemctl(says: string, ...args: string[]): Step[] {
  return existsSync('/run/systemd/system') ? [run(says, ['systemctl', ...args])] : []
}

function next({ enable, dryRun }: Wishes): string {
  const members = dryRun ? [] : groupMembers()
  const user = process.env['SUDO_USER'] ?? userInfo().username
  return [
    '',
    `Members of the group ${SYSTEM_NAME} may end any process of this computer. ` +
      (members.length === 0 ? 'It has none yet.' : `They are: ${members.join(', ')}.`),
    ...(enable
      ? []
      : [`  start it, now and with the system:  sudo systemctl enable --now ${SYSTEM_NAME}`]),
    `  let a user use it:                  sudo usermod -aG ${SYSTEM_NAME} ${user === 'root' ? 'NAME' : user}   (then log in again)`,
    '  use it:                             npm start -- --system-stats',
    '  remove all of it:                   npm run system-stats -- uninstall',
  ].join('\n')
}
