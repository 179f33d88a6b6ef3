// Runs as root, started by the launcher through sudo or pkexec, or under Windows as administrator: checks that nobody else can change what
// it is about to run, cleans the environment, and runs the stats service until the launcher's end of its lifeline closes.
import { spawn } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ElevatedHost } from './launcher/elevated-host.ts'
import { REFUSED_CODE } from './launcher/exit-codes.ts'
import { parsePorts } from './launcher/options.ts'
import { restrictedNodeFlags } from './launcher/restricted-node.ts'
import { V8_FLAGS } from './launcher/services.ts'
import { ROOT } from './launcher/toolchain.mjs'

const GRACE_MS = 2000
/** Well inside the 5 s in which the end of the tokens must be the end of this. */
const TOKEN_POLL_MS = 1000
const UNUSED_SECONDS = 15 * 60

const { values } = parseArgs({
  options: {
    'run-dir': { type: 'string', default: '' },
    ports: { type: 'string', default: '' },
    'allow-user-writable-tree': { type: 'boolean', default: false },
    user: { type: 'string', default: '' },
    launcher: { type: 'string', default: '' },
    lifeline: { type: 'string', default: '' },
  },
})
const host: ElevatedHost =
  process.platform === 'win32'
    ? await (await import('./launcher/elevated-windows.ts')).windowsHost(values)
    : (await import('./launcher/elevated-unix.ts')).unixHost()

async function refuse(reason: string): Promise<never> {
  await host.say(`Elevated mode refused: ${reason}\n`)
  process.exit(REFUSED_CODE)
}

if (host.fault !== null) await refuse(host.fault)
const runDir = values['run-dir']
if (!isAbsolute(runDir)) await refuse('the run directory must be an absolute path.')
const ports = parsePorts(values.ports)
const untrusted = host.untrusted()
if (untrusted !== null) {
  if (!values['allow-user-writable-tree']) await refuse(untrusted.refusal)
  await host.say(`Warning: ${untrusted.found}. Whoever can change it can now ${host.become}.\n`)
}

const env: NodeJS.ProcessEnv = {
  ...host.env,
  NODE_ENV: 'production',
  TASKMANAGER_RUN_DIR: runDir,
  TASKMANAGER_STATE_DIR: host.stateDir,
  TASKMANAGER_UNUSED_EXIT_SECONDS: String(UNUSED_SECONDS),
  // Which it protects as it would its parent.
  TASKMANAGER_LAUNCHER_PID: values.launcher,
  PORT: String(ports.stats),
  PAGE_ORIGIN_PORT: String(ports.pages),
  TASKMANAGER_STATS_PORT: String(ports.stats),
  TASKMANAGER_ACCURACY_PORT: String(ports.accuracy),
}
process.umask(0o077)
process.chdir(host.home)
const stateFault = host.makeStateDir(values['allow-user-writable-tree'])
if (stateFault !== null) await refuse(stateFault)
const flags = [...restrictedNodeFlags([runDir, host.stateDir]), ...V8_FLAGS]
const service = spawn(process.execPath, [...flags, join(ROOT, 'dist/stats.mjs')], {
  env,
  stdio: ['ignore', host.output, host.output, 'ipc'],
  windowsHide: true,
})
host.passOn(service)
service.once('error', (error) => void refuse(`the service could not be started: ${error.message}`))
// Once it is closed all that it said has come.
service.once('close', (code) => void host.say('').then(() => process.exit(code ?? 1)))

let stopping = false
function stop(): void {
  if (stopping) return
  stopping = true
  if (service.connected) service.send({ type: 'stop' }, () => undefined)
  setTimeout(() => service.kill('SIGKILL'), GRACE_MS).unref()
}
host.onStop(stop)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)

// The launcher deletes the tokens when it stops, a user to revoke; what nobody may order about any more has no business with these rights.
// By name and not by import: as little as possible is loaded before the installation is checked.
const tokenFile = join(runDir, 'control.token')
setInterval(() => {
  if (lstatSync(tokenFile, { throwIfNoEntry: false }) === undefined) stop()
}, TOKEN_POLL_MS).unref()
