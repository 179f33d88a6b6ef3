#!/usr/bin/env node
// The door of every command of package.json: `node scripts/launch.mjs <command>`.
// Plain JavaScript without dependencies: must parse and run on every Node.js from 18 up. It finds a Node.js that runs our
// TypeScript, fetching the pinned one where the installed one is too old, and hands over to scripts/<command>.ts.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { constants } from 'node:os'
import { pathToFileURL } from 'node:url'
import { dropToCallingUser } from './launcher/drop-privileges.mjs'
import { nodeBinary, ROOT } from './launcher/toolchain.mjs'

const COMMANDS = [
  'start',
  'dev',
  'test',
  'check',
  'format',
  'build',
  'bench',
  'accuracy',
  'soak',
  'screenshots',
  'tmp',
  'selfcheck',
  'system-stats',
]
/** How often to look whether npm, our parent, is still there. */
const PARENT_POLL_MS = 500

const [command = 'start', ...args] = process.argv.slice(2)
const script = join(ROOT, 'scripts', `${command}.ts`)
if (!COMMANDS.includes(command) || !existsSync(script)) {
  console.error(`Unknown command "${command}". Use one of: ${COMMANDS.join(', ')}.`)
  process.exit(2)
}
if (command === 'start' || command === 'dev') {
  const said = dropToCallingUser(process.env)
  if (said !== null) console.error(said)
}
try {
  const node = nodeBinary()
  putOnPath(node)
  if (node === process.execPath) {
    process.argv.splice(1, 2, script)
    await import(pathToFileURL(script).href)
  } else {
    runWith(node)
  }
} catch (error) {
  console.error(`[setup] ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

/**
 * Tools start further tools by name; they must meet this Node and our pinned versions. The key is `Path` on Windows.
 * @param {string} node
 */
function putOnPath(node) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const entries = [dirname(node), join(ROOT, 'node_modules/.bin'), process.env[key]]
  process.env[key] = entries.filter(Boolean).join(delimiter)
}

/**
 * Runs the command under another Node and stays as its shadow: signals are passed on, and the channel tells the command
 * when this process is gone, however it went.
 * @param {string} node
 */
function runWith(node) {
  const child = spawn(node, [script, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  // SIGTERM to `npm start` ends npm and its shell but does not reach us: a changed parent does.
  const parent = process.ppid
  if (process.env['npm_lifecycle_event'] !== undefined) {
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), PARENT_POLL_MS).unref()
  }
  child.on('error', (error) => {
    console.error(`[setup] could not run ${node}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15))
  })
}
