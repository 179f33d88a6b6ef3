import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { until } from '../launcher/launched.ts'

/** A network namespace at the other end of a cable of its own: to the product it is another computer. */
export interface OtherComputer extends AsyncDisposable {
  /** Of this machine, on the cable. */
  readonly address: string
  /** What to start in front of a program so that it runs there. */
  readonly through: readonly string[]
  /** A file that starts a program there: for callers that take one path only. */
  wrap(executable: string): string
}

/** Why there is no other computer here; null where one can be made. */
export function whyNoOtherComputer(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'needs Linux and root, to make a network namespace'
  const probe = ['--net', 'ip', 'link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far']
  const { status, stderr, error } = spawnSync('unshare', probe, { encoding: 'utf8' })
  return status === 0 ? null : `no network can be made: ${error?.message ?? stderr.trim()}`
}

/** Four addresses of a block that is routed nowhere (RFC 5737), by process: test runs may meet on one machine. */
const block = `198.51.100.`
const first = (process.pid % 60) * 4

export async function otherComputer(): Promise<OtherComputer> {
  const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' })
  const ended = once(holder, 'exit')
  const network = `/proc/${holder.pid}/ns/net`
  const through = ['nsenter', `--net=${network}`, '--']
  const [near, far] = [`tmpn${process.pid}`, `tmpf${process.pid}`]
  const address = `${block}${first + 1}`
  const folder = mkdtempSync(path.join(tmpdir(), 'tmp-other-'))
  const dispose = async () => {
    holder.kill('SIGKILL')
    await ended // the cable goes with its end
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const own = readlinkSync('/proc/self/ns/net')
    await until('the other network is there', () => readlinkSync(network) !== own)
    run(['ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far])
    run(['ip', 'addr', 'add', `${address}/30`, 'dev', near])
    run(['ip', 'link', 'set', near, 'up'])
    run(['ip', 'link', 'set', far, 'netns', String(holder.pid)])
    run([...through, 'ip', 'addr', 'add', `${block}${first + 2}/30`, 'dev', far])
    run([...through, 'ip', 'link', 'set', far, 'up'])
    run([...through, 'ip', 'link', 'set', 'lo', 'up'])
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    address,
    through,
    wrap(executable) {
      const file = path.join(folder, path.basename(executable))
      writeFileSync(file, `#!/bin/sh\nexec ${through.join(' ')} '${executable}' "$@"\n`, {
        mode: 0o700,
      })
      return file
    },
    [Symbol.asyncDispose]: dispose,
  }
}

function run([command = '', ...args]: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}
