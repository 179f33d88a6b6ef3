import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { ProcessExit } from '@taskmanager/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { whyNoExitRecords } from '../support/exit-record-rights.ts'
import { watchList, type ListViewer } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

let services: RunningServices
let viewer: ListViewer
beforeAll(async () => {
  services = await startServices()
  viewer = await watchList(services.ports.accuracy)
})
afterAll(async () => {
  viewer?.[Symbol.dispose]()
  await services?.[Symbol.asyncDispose]()
})

/** Ends as `command` says once it is told to. */
const waiting = (command: string) => spawn('/bin/sh', ['-c', `read line; ${command}`])
/** With the threads of its engine: the kernel tells of each of them. */
const manyThreads = () =>
  spawn(process.execPath, ['-e', `process.stdin.once('data', () => process.exit(4))`])

/** What was told of a listed process by the time it left the list. */
async function exitsOf(start: () => ChildProcess): Promise<ProcessExit[]> {
  for (;;) {
    const child = start()
    const pid = child.pid ?? 0
    try {
      await viewer.until(`${pid} is listed`, ({ rows }) => rows.has(pid))
      const from = viewer.frames.length
      const ended = once(child, 'exit')
      child.stdin?.write('now\n')
      await ended
      await viewer.until(`${pid} has left`, ({ rows }) => !rows.has(pid))
      const deltas = viewer.frames.slice(from).filter((frame) => frame.type === 'delta')
      // A viewer that was passed over gets a whole picture, which knows no ends: that says nothing here.
      if (from + deltas.length < viewer.frames.length) continue
      return deltas.flatMap(({ exits }) => exits).filter((exit) => exit.pid === pid)
    } finally {
      child.kill('SIGKILL')
    }
  }
}

const endings = [
  ['exit 0', () => waiting('exit 0'), { exit_code: 0, signal: null }],
  ['exit 3', () => waiting('exit 3'), { exit_code: 3, signal: null }],
  ['a signal', () => waiting('kill -TERM $$'), { exit_code: null, signal: 'SIGTERM' }],
  ['threads and exit 4', manyThreads, { exit_code: 4, signal: null }],
] as const

test.each(endings)(
  '%s is told where the kernel tells, and nothing elsewhere',
  async (_, start, how) => {
    const exits = await exitsOf(start)
    const isTold = whyNoExitRecords() === null
    const source = viewer.state().capabilities.ended_source
    expect(source).toBe(isTold ? 'exit_records' : 'waited_for_time')
    const told = exits.map(({ exit_code, signal }) => ({ exit_code, signal }))
    expect(told).toEqual(isTold ? [how] : [])
  },
)
