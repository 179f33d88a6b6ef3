import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/** What the choice of the private directory depends on; the real machine by default. */
export interface RunDirectoryWorld {
  platform: NodeJS.Platform
  home: string
  env: NodeJS.ProcessEnv
}

/**
 * The private directory that holds `control.token` and `read.token`. Never a place everybody can write.
 * `TASKMANAGER_RUN_DIR` overrides it; it must be absolute, so that a service and the launcher mean the same one.
 */
export function defaultRunDirectory(world: Partial<RunDirectoryWorld> = {}): string {
  const { platform = process.platform, home = homedir(), env = process.env } = world
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] ?? win32.join(home, 'AppData', 'Local')
    return win32.join(local, 'TaskManagerPro', 'run')
  }
  if (platform === 'darwin') {
    return posix.join(home, 'Library', 'Application Support', 'TaskManagerPro', 'run')
  }
  const runtime = env['XDG_RUNTIME_DIR']
  if (runtime !== undefined && posix.isAbsolute(runtime)) {
    return posix.join(runtime, 'task-manager-pro')
  }
  return posix.join(home, '.local', 'state', 'task-manager-pro', 'run')
}
