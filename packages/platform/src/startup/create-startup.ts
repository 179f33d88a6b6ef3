import { homedir, userInfo } from 'node:os'
import path from 'node:path'
import { systemClock } from '../options.ts'
import { busSockets } from '../services/bus-sockets.ts'
import type { CronPlaces } from './cron-items.ts'
import type { StartupProvider } from './startup-provider.ts'

export interface StartupRights {
  /** The service has more rights than its user. */
  elevated: boolean
  /** User who looks; null where users have no number. */
  ownerUid: number | null
}

/** As Debian, Fedora and those that come from them have it. */
export const CRON_PLACES = {
  tab: '/etc/crontab',
  directory: '/etc/cron.d',
  periods: [
    ['/etc/cron.hourly', 'Every hour'],
    ['/etc/cron.daily', 'Every day'],
    ['/etc/cron.weekly', 'Every week'],
    ['/etc/cron.monthly', 'Every month'],
    ['/etc/cron.yearly', 'Every year'],
  ],
} as const satisfies CronPlaces

const NOT_ELEVATED =
  'With elevated rights this service changes nothing that starts. Start Task Manager Pro as yourself, without elevation, to switch it here.'
const STANDARD_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'

/** What starts with the session or the machine; null where no provider can tell yet. */
export async function createStartup({
  elevated,
  ownerUid,
}: StartupRights): Promise<StartupProvider | null> {
  if (process.platform === 'win32') return windowsStartup(elevated)
  if (process.platform === 'darwin') {
    const { createMacStartup } = await import('../macos/startup/mac-startup.ts')
    return createMacStartup(ownerUid)
  }
  if (process.platform !== 'linux') return null
  const { LinuxStartup } = await import('./linux-startup.ts')
  const { Programs } = await import('./programs.ts')
  const { readTimers } = await import('./systemd-timers.ts')
  const { XDG_CONFIG_HOME, XDG_CONFIG_DIRS, XDG_CURRENT_DESKTOP, PATH } = process.env
  const isOwn = ownerUid === process.getuid?.()
  const ownMissing = isOwn ? null : 'this service runs as another user than you'
  // A relative path is not valid. Source: XDG base directory specification.
  const home = absolute(XDG_CONFIG_HOME) ?? path.join(homedir(), '.config')
  const shared = (XDG_CONFIG_DIRS || '/etc/xdg').split(':').flatMap((one) => absolute(one) ?? [])
  const name = isOwn ? loginName() : null
  return new LinuxStartup({
    directories: {
      own: isOwn ? path.join(home, 'autostart') : null,
      shared: shared.map((directory) => path.join(directory, 'autostart')),
    },
    ownMissing,
    crontabs: name === null ? [] : [`/var/spool/cron/crontabs/${name}`, `/var/spool/cron/${name}`],
    cron: CRON_PLACES,
    readTimers: () => readTimers(busSockets(), systemClock),
    programs: new Programs(
      `${PATH ?? ''}:${STANDARD_PATH}`.split(':').flatMap((one) => absolute(one) ?? []),
    ),
    desktops: XDG_CURRENT_DESKTOP ? XDG_CURRENT_DESKTOP.split(':') : null,
    refusal: elevated ? NOT_ELEVATED : null,
    nowMs: Date.now,
  })
}

async function windowsStartup(elevated: boolean): Promise<StartupProvider | null> {
  const { windowsRegistry } = await import('../windows/registry.ts')
  const { ownFiles, startupFolders, WindowsStartup } =
    await import('../windows/startup/windows-startup.ts')
  const registry = windowsRegistry()
  if (registry === null) return null
  return new WindowsStartup({
    ...ownFiles,
    registry,
    folders: startupFolders(process.env),
    refusal: elevated ? NOT_ELEVATED : null,
    nowMs: Date.now,
  })
}

const absolute = (directory: string | undefined): string | null =>
  directory !== undefined && path.isAbsolute(directory) ? directory : null

/** null: it has none (containers with a bare number), or one that is no file name. */
function loginName(): string | null {
  try {
    const { username } = userInfo()
    return /^[\w.-]*\w$/.test(username) ? username : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error
    return null
  }
}
