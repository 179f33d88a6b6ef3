import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { crowd, sleeper } from '@taskmanager/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../launcher/launched.ts'
import { watchList } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

const hasPrlimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0

let services: RunningServices
beforeAll(async () => {
  if (hasPrlimit) services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

const openFiles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

function softLimit(pid: number): number {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1])
}

/** Changes how many files a running process may have open. */
function limitFiles(pid: number, count: number) {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${count}:`], {
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}

const isPartial = (capabilities: { partial: boolean } | null) => capabilities?.partial ?? false

describe.skipIf(!hasPrlimit)('without descriptors (needs prlimit, so Linux)', () => {
  test('five left: every new process is listed, the kill is sure, clients can connect', async () => {
    const { stats, accuracy } = services.pids
    const were = [stats, accuracy].map((pid) => [pid, softLimit(pid)] as const)
    using viewer = await watchList(services.ports.accuracy)
    await using victim = await sleeper()
    const info = await services.api.getProcessInfo(victim.pid)
    const before = openFiles(accuracy)
    for (const pid of [stats, accuracy]) limitFiles(pid, openFiles(pid) + 5)
    {
      await using parent = await crowd(40)
      const state = await viewer.until(
        'all forty',
        ({ rows }) => [...rows.values()].filter(({ ppid }) => ppid === parent.pid).length === 40,
      )
      expect(state.rows.get(parent.pid)?.user).toBe(state.rows.get(process.pid)?.user)
      // The list gave descriptors back, so that another client is answered.
      await until('an answer to a new client', async () =>
        services.api.getProcesses().then(
          ({ processes }) => processes.some(({ pid }) => pid === parent.pid),
          () => false,
        ),
      )
      const outcome = await services.api.kill(victim.pid, {
        start_id: info.start_id,
        signal: 'TERM',
      })
      expect(outcome).toMatchObject({ result: 'terminated', identity: 'pinned' })
      expect((await victim.ended).signal).toBe('SIGTERM')
    }
    for (const [pid, limit] of were) limitFiles(pid, limit)
    await until('as many files as before', () => openFiles(accuracy) <= before + 3)
  })

  test('none left: what is known stays, what is missing is told, and all is well when there are some again', async () => {
    const { accuracy } = services.pids
    const limit = softLimit(accuracy)
    using viewer = await watchList(services.ports.accuracy)
    await using known = await sleeper()
    await viewer.until('it is listed', ({ rows }) => rows.has(known.pid))
    expect(viewer.state().capabilities?.partial).toBe(false)
    limitFiles(accuracy, 3)
    await using unseen = await sleeper()
    const state = await viewer.until('it is told that something is missing', ({ capabilities }) =>
      isPartial(capabilities),
    )
    expect(state.capabilities?.partial_reason).toContain('open files')
    expect(state.rows.has(known.pid)).toBe(true)
    expect(state.rows.has(unseen.pid)).toBe(false)
    limitFiles(accuracy, limit)
    const after = await viewer.until('all is told', ({ rows }) => rows.has(unseen.pid))
    expect(after.rows.get(unseen.pid)).toMatchObject({ name: 'sleep', ppid: process.pid })
    await viewer.until('nothing is missing', ({ capabilities }) => !isPartial(capabilities))
    expect(await services.api.getHealth('accuracy')).toMatchObject({ status: 'ok' })
  })

  test('what happened is a few lines in the log, none with a stack of its own each tick', () => {
    const lines = services
      .log()
      .split('\n')
      .filter((line) => /"level":(?:40|50|60)/.test(line))
    expect(lines.length).toBeLessThan(12)
  })
})
