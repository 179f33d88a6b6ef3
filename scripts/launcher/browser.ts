import { spawn } from 'node:child_process'

/** Whether a browser can be opened at all: a screen, a person, and not a root session. */
export function canOpenBrowser(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (env['CI']) return false
  if (platform === 'win32' || platform === 'darwin') return true
  return Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}

/**
 * Opens an address in the user's browser, without waiting and without minding when that fails: the address has been printed. The
 * address holds no secret, since other users can read command lines.
 */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): void {
  const [command, ...args] =
    platform === 'win32'
      ? ['rundll32', 'url.dll,FileProtocolHandler', url]
      : [platform === 'darwin' ? 'open' : 'xdg-open', url]
  const child = spawn(command ?? '', args, { stdio: 'ignore', detached: true, windowsHide: true })
  child.on('error', () => child.unref())
  child.unref()
}
