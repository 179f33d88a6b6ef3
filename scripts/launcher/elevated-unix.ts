import { existsSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { ElevatedHost } from './elevated-host.ts'
import { findUntrustedPath } from './install-tree.ts'
import { ROOT } from './toolchain.mjs'

const KEPT = ['SUDO_UID', 'SUDO_GID', 'PKEXEC_UID', 'LANG', 'TZ'] as const

/** Root, by sudo or pkexec. */
export function unixHost(): ElevatedHost {
  // Of root, by the user database: what the caller's environment says of a home does not count.
  const { homedir } = userInfo()
  const stateDir = join(homedir, '.local/state/task-manager-pro')
  return {
    fault:
      process.getuid?.() === 0 ? null : 'this program is run by the launcher as root, not by hand.',
    home: '/',
    stateDir,
    become: 'become root',
    output: 'inherit',
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: homedir,
      ...Object.fromEntries(
        KEPT.flatMap((name) =>
          process.env[name] === undefined ? [] : [[name, process.env[name]]],
        ),
      ),
    },
    untrusted() {
      const parts = ['dist', 'scripts', 'packages', 'node_modules'].map((name) => join(ROOT, name))
      const paths = [process.execPath, ...parts].filter((path) => existsSync(path))
      const found = findUntrustedPath(paths)
      if (found === null) return null
      const refusal = `${found}. Install Task Manager Pro where only root can write, or accept it with --allow-user-writable-tree.`
      return { found, refusal }
    },
    makeStateDir() {
      mkdirSync(stateDir, { recursive: true, mode: 0o700 })
      return null
    },
    say: async (text) => void process.stderr.write(text),
    passOn: () => {},
    onStop: (stop) => void process.stdin.on('end', stop).on('error', stop).resume(),
  }
}
