import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** Tells every signal that can be caught; those that cannot be would end or stop it. */
const WATCHER = `
  const { signals } = require('node:os').constants
  for (const name of Object.keys(signals))
    if (name !== 'SIGKILL' && name !== 'SIGSTOP') try { process.on(name, () => console.log(name)) } catch {}
  setInterval(() => {}, 1 << 30)
  console.log('up')`

/** Processes that nothing may reach: one in the group of the services and the tests, and a group of its own with two. */
export interface Canaries extends AsyncDisposable {
  pids: readonly number[]
  /** The group of its own, as `kill(2)` would be told. */
  group: number
  expectUntouched(): void
}

export async function startCanaries(): Promise<Canaries> {
  const children = [spawnWatcher(false), spawnWatcher(true)]
  const said: string[] = []
  for (const child of children)
    child.stdout?.on('data', (data: Buffer) => said.push(data.toString()))
  await Promise.all(children.map((child) => once(child.stdout as NodeJS.EventEmitter, 'data')))
  const pids = children.map(({ pid }) => pid ?? 0)
  const states = () => pids.map(stateOf)
  const before = states()
  said.length = 0
  return {
    pids,
    group: -(pids[1] ?? 0),
    expectUntouched() {
      expect(said).toEqual([])
      expect(states()).toEqual(before)
      expect(children.map(({ exitCode, signalCode }) => [exitCode, signalCode])).toEqual(
        children.map(() => [null, null]),
      )
    },
    async [Symbol.asyncDispose]() {
      const ended = children.map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ended)
    },
  }
}

function spawnWatcher(detached: boolean): ChildProcess {
  return spawn(process.execPath, ['-e', WATCHER], {
    detached,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** What control could change without a signal being seen: stopped or not, nice, the CPUs it may use. */
function stateOf(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    stopped: fields[0] === 'T' || fields[0] === 't',
    nice: fields[16],
    cpus: /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1],
  }
}
