import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './toolchain.mjs'

export interface ToolResult {
  readonly code: number
  readonly output: string
}

export interface ToolOptions {
  readonly env?: NodeJS.ProcessEnv
  /** Lines go to the terminal as they come; otherwise they are only returned. */
  readonly live?: boolean
}

/**
 * Runs a tool of the root's `node_modules` under this Node. By its script and not by `.bin`: what lies there on Windows cannot be spawned.
 * @returns exit code and everything it wrote; a tool that a signal ended has code 1
 */
export function runTool(
  pkg: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [toolScript(pkg), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const end = () => child.kill()
    process.once('exit', end)
    let output = ''
    for (const [stream, sink] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => {
        output += text
        if (options.live === true) sink.write(text)
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('exit', end)
      resolve({ code: code ?? 1, output })
    })
  })
}

/** The script behind a package's command of its own name, or its only one. */
function toolScript(pkg: string): string {
  const directory = join(ROOT, 'node_modules', pkg)
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
  }
  const script = typeof bin === 'string' ? bin : (bin[pkg] ?? bin['tsc'] ?? Object.values(bin)[0])
  if (script === undefined) throw new Error(`${pkg} has no command`)
  return join(directory, script)
}
