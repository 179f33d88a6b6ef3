import { lstatSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { readReadToken, TokenFileError } from '../../packages/service-kit/src/tokens.ts'
import { findPortHolder } from './port-holder.ts'
import { rulesOf } from './tokens.ts'
import type { TokenPlace } from './tokens.ts'

/** Name of the system's service, of its user and of its group. */
export const SYSTEM_NAME = 'task-manager-pro'

/** The stats service of the system cannot be used; the message says why and what to do. */
export class NoSystemStatsError extends Error {}

/** Where the system's stats service keeps its tokens: a directory that systemd makes for it. */
export function systemRunDirectory(env: NodeJS.ProcessEnv): string {
  return env['TASKMANAGER_SYSTEM_RUN_DIR'] ?? `/run/${SYSTEM_NAME}`
}

/**
 * Where the tokens of the system's stats service are, if this user may read them. Who may is decided by the kernel: the
 * files are readable for the service's group. The owner is taken from the directory, which only root can have made.
 * @throws NoSystemStatsError
 */
export function systemTokenPlace(env: NodeJS.ProcessEnv): TokenPlace {
  const directory = systemRunDirectory(env)
  const found = lstatSync(directory, { throwIfNoEntry: false })
  if (found === undefined) {
    throw new NoSystemStatsError(
      `The system's stats service is not running: ${directory} does not exist. Start it with: sudo systemctl start ${SYSTEM_NAME} ` +
        '(install it once with: npm run system-stats -- install).',
    )
  }
  const parent = lstatSync(dirname(directory))
  if (parent.uid !== 0 || ((parent.mode & 0o022) !== 0 && (parent.mode & 0o1000) === 0))
    throw new NoSystemStatsError(
      `${directory} is not trusted: others than root could have made it.`,
    )
  const place: TokenPlace = { directory, ownerUid: found.uid, writtenBy: 'system' }
  try {
    readReadToken(directory, rulesOf(place))
    return place
  } catch (error) {
    if (isDenied(error)) throw new NoSystemStatsError(notAMember(found.gid), { cause: error })
    if (!(error instanceof TokenFileError)) throw error
    throw new NoSystemStatsError(
      `The system's stats service cannot be used: ${error.message} See: systemctl status ${SYSTEM_NAME}`,
      { cause: error },
    )
  }
}

function isDenied(error: unknown): boolean {
  const { cause } = error as Error
  const { code } = (cause ?? error) as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM'
}

function notAMember(gid: number): string {
  const { username } = userInfo()
  const group = findGroup(gid)
  const name = group?.name ?? SYSTEM_NAME
  if (group?.members.includes(username) === true)
    return `${username} is in group ${name}, but has been added after this login. Log out and in again, or run: newgrp ${name}`
  return (
    `You are not in group ${name}, whose members may end any process of this computer. An administrator can add you with: ` +
    `sudo usermod -aG ${name} ${username} (it counts from your next login). Without it, run: npm start`
  )
}

/** Source: group(5). */
function findGroup(gid: number): { name: string; members: string[] } | null {
  for (const line of readFileSync('/etc/group', 'utf8').split('\n')) {
    const [name = '', , id, members = ''] = line.split(':')
    if (id === String(gid)) return { name, members: members.split(',') }
  }
  return null
}

/** Whether the system's stats service holds a port. By the owner of the socket, which everybody may know. */
export function isHeldBySystemStats(port: number, env: NodeJS.ProcessEnv): boolean {
  const directory = lstatSync(systemRunDirectory(env), { throwIfNoEntry: false })
  const holder = findPortHolder(port)
  return directory !== undefined && holder !== null && holder.uid === directory.uid
}
