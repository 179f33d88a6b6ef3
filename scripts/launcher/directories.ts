import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Directories {
  /** Tokens and the lock of the running copy; gone with the session where the system offers such a place. */
  readonly runDir: string
  /** Logs and settings; stays. */
  readonly stateDir: string
}

/**
 * Where this user's copy keeps its files. Both can be set; a copy with a run directory of its own keeps its state inside
 * it, so that one setting separates two copies.
 */
export function findDirectories(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Directories {
  const runSetting = env['TASKMANAGER_RUN_DIR']
  const stateSetting = env['TASKMANAGER_STATE_DIR']
  const defaults = defaultDirectories(env, platform)
  const runDir = runSetting ? resolve(runSetting) : defaults.runDir
  if (stateSetting) return { runDir, stateDir: resolve(stateSetting) }
  return { runDir, stateDir: runSetting ? join(runDir, 'state') : defaults.stateDir }
}

function defaultDirectories(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Directories {
  const home = homedir()
  if (platform === 'win32')
    return besides(join(env['LOCALAPPDATA'] ?? join(home, 'AppData/Local'), 'TaskManagerPro'))
  if (platform === 'darwin')
    return besides(join(home, 'Library/Application Support/TaskManagerPro'))
  const stateDir = join(env['XDG_STATE_HOME'] || join(home, '.local/state'), 'task-manager-pro')
  const runtime = env['XDG_RUNTIME_DIR']
  // After `su` the variable still names the first user's directory: not ours, not private to us.
  if (runtime && isOwnDirectory(runtime))
    return { runDir: join(runtime, 'task-manager-pro'), stateDir }
  return { runDir: join(stateDir, 'run'), stateDir }
}

function besides(stateDir: string): Directories {
  return { runDir: join(stateDir, 'run'), stateDir }
}

function isOwnDirectory(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return (
    stat?.isDirectory() === true && (process.getuid === undefined || stat.uid === process.getuid())
  )
}

/**
 * Makes sure that a directory exists and is private: a real directory, ours, closed to everybody else.
 * @returns whether it was made now
 * @throws a sentence naming the broken rule; an open directory is not silently closed, since what is in it may be planted
 */
export function ensurePrivateDirectory(path: string, owner = process.getuid?.()): boolean {
  const isMade = mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined
  const stat = lstatSync(path)
  if (stat.isSymbolicLink())
    throw new Error(
      `${path} is a link. Remove it, or set TASKMANAGER_RUN_DIR to a directory of yours.`,
    )
  if (!stat.isDirectory())
    throw new Error(`${path} is not a directory. Remove it, or set TASKMANAGER_RUN_DIR.`)
  if (owner === undefined) return isMade // Windows: its access list is looked at when that can be read
  if (stat.uid !== owner)
    throw new Error(
      `${path} belongs to another user (uid ${stat.uid}). Set TASKMANAGER_RUN_DIR to a directory of yours.`,
    )
  if ((stat.mode & 0o077) !== 0)
    throw new Error(`${path} is open to other users. Close it with: chmod 700 "${path}"`)
  return isMade
}
