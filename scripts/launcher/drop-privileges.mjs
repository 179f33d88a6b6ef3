// Plain JavaScript without dependencies: must parse and run on every Node.js from 18 up.
import { userInfo } from 'node:os'

/**
 * Started through sudo or pkexec, goes on as the calling user: nothing here needs root, and what root would install, build and write could
 * not be changed by its owner afterwards. What needs rights asks for them itself (--elevated-stats). Plain root (a container) stays root.
 * @param {NodeJS.ProcessEnv} env changed: what named root's home and session
 * @returns {string | null} a sentence for the terminal, or null when there is nothing to say
 */
export function dropToCallingUser(env) {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return null
  const uid = Number(env['SUDO_UID'] ?? env['PKEXEC_UID'])
  if (!Number.isInteger(uid) || uid <= 0) {
    return 'Running as root: the whole product has root rights. Start it as a normal user where there is one.'
  }
  const gid = Number(env['SUDO_GID'] ?? uid)
  process.setgroups?.([])
  process.setgid?.(gid)
  process.setuid?.(uid)
  for (const name of Object.keys(env)) if (name.startsWith('XDG_')) delete env[name]
  delete env['HOME']
  const user = userInfo()
  Object.assign(env, { HOME: user.homedir, USER: user.username, LOGNAME: user.username })
  return `Started as root for ${user.username}: going on as ${user.username}. For control over other users' processes use --elevated-stats.`
}
