// Runs as root, started by the launcher through sudo or pkexec: checks that nobody but root can change what it is about to run, cleans the
// environment, and runs the stats service until the launcher's end of standard input closes.
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import { findUntrustedPath } from './launcher/install-tree.ts'
import { parsePorts } from './launcher/options.ts'
import { restrictedNodeFlags } from './launcher/restricted-node.ts'
import { V8_FLAGS } from './launcher/services.ts'
import { ROOT } from './launcher/toolchain.mjs'

const GRACE_MS = 2000
/** Well inside the 5 s in which the end of the tokens must be the end of this. */
const TOKEN_POLL_MS = 1000
const UNUSED_SECONDS = 15 * 60
/** Of root, by the user database: what the caller's environment says of a home does not count. */
const HOME = userInfo().homedir
const STATE_DIR = join(HOME, '.local/state/task-manager-pro')

function refuse(reason: string): never {
  console.error(`Elevated mode refused: ${reason}`)
  process.exit(77) // EX_NOPERM of sysexits.h
}

const { values } = parseArgs({
  options: {
    'run-dir': { type: 'string', default: '' },
    ports: { type: 'string', default: '' },
    'allow-user-writable-tree': { type: 'boolean', default: false },
  },
})
if (process.getuid?.() !== 0) refuse('this program is run by the launcher as root, not by hand.')
const runDir = values['run-dir']
if (!isAbsolute(runDir)) refuse('the run directory must be an absolute path.')
const ports = parsePorts(values.ports)
const parts = [
  process.execPath,
  join(ROOT, 'dist'),
  join(ROOT, 'scripts'),
  join(ROOT, 'packages'),
  join(ROOT, 'node_modules'),
]
const untrusted = findUntrustedPath(parts.filter((path) => existsSync(path)))
if (untrusted !== null) {
  if (!values['allow-user-writable-tree']) {
    refuse(
      `${untrusted}. Install Task Manager Pro where only root can write, or accept it with --allow-user-writable-tree.`,
    )
  }
  console.error(`Warning: ${untrusted}. Whoever can change it can now become root.`)
}

const kept = ['SUDO_UID', 'SUDO_GID', 'PKEXEC_UID', 'LANG', 'TZ'] as const
const env: NodeJS.ProcessEnv = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME,
  NODE_ENV: 'production',
  ...Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  ),
  TASKMANAGER_RUN_DIR: runDir,
  TASKMANAGER_STATE_DIR: STATE_DIR,
  TASKMANAGER_UNUSED_EXIT_SECONDS: String(UNUSED_SECONDS),
  PORT: String(ports.stats),
  PAGE_ORIGIN_PORT: String(ports.pages),
  TASKMANAGER_STATS_PORT: String(ports.stats),
  TASKMANAGER_ACCURACY_PORT: String(ports.accuracy),
}
process.umask(0o077)
process.chdir('/')
mkdirSync(STATE_DIR, { recursive: true, mode: 0o700 })
const flags = [...restrictedNodeFlags([runDir, STATE_DIR]), ...V8_FLAGS]
const service = spawn(process.execPath, [...flags, join(ROOT, 'dist/stats.mjs')], {
  env,
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
service.once('error', (error) => refuse(`the service could not be started: ${error.message}`))
service.once('exit', (code) => process.exit(code ?? 1))

let stopping = false
function stop(): void {
  if (stopping) return
  stopping = true
  if (service.connected) service.send({ type: 'stop' }, () => undefined)
  setTimeout(() => service.kill('SIGKILL'), GRACE_MS).unref()
}
process.stdin.on('end', stop).on('error', stop).resume()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)

// The launcher deletes the tokens when it stops, a user to revoke; what nobody may order about any more has no business as root.
// By name and not by import: as little as possible is loaded before the installation is checked.
const tokenFile = join(runDir, 'control.token')
setInterval(() => {
  if (lstatSync(tokenFile, { throwIfNoEntry: false }) === undefined) stop()
}, TOKEN_POLL_MS).unref()
