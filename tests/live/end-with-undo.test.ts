import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bash, sleeper } from '@taskmanager/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../launcher/launched.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

/** The longest there is: no test waits for it. */
const LONG_MS = 30_000

const stateOf = (pid: number): string => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2)[0] ?? ''
}

/** Asks to end it with time to take it back; answers its identity. */
async function suspendToEnd(pid: number, undoMs = LONG_MS): Promise<string> {
  const { start_id: startId } = await services.api.getProcessInfo(pid)
  const outcome = await services.api.kill(pid, {
    start_id: startId,
    signal: 'TERM',
    undo_ms: undoMs,
  })
  expect(outcome).toMatchObject({ result: 'ending', status: 'stopped' })
  return startId
}

/** What the log says of a process, oldest first. */
async function logOf(pid: number): Promise<string[]> {
  const { actions } = await services.api.getActions()
  return actions
    .filter((each) => each.pid === pid)
    .map(({ action, result }) => `${action}: ${result}`)
    .toReversed()
}

test('taken back in time it goes on as if nothing had been', async () => {
  await using known = await sleeper()
  const startId = await suspendToEnd(known.pid)
  expect(stateOf(known.pid)).toBe('T')
  const undone = await services.api.resume(known.pid, { start_id: startId })
  expect(undone.result).toBe('resumed')
  expect(stateOf(known.pid)).not.toBe('T')
  expect(await logOf(known.pid)).toEqual(['end with undo: ending', 'resume: resumed'])
})

test('not taken back it can still put its things in order: its handler of TERM runs', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tmp-undo-'))
  try {
    const note = path.join(folder, 'note')
    await using known = await bash(
      'trap \'echo "saved" >"$1"; exit 0\' TERM; echo up; read -r _',
      note,
    )
    await suspendToEnd(known.pid, 1000)
    expect(await known.ended).toEqual({ code: 0, signal: null })
    expect(readFileSync(note, 'utf8')).toBe('saved\n')
    await until('the end is in the log', async () => (await logOf(known.pid)).length === 2)
    expect(await logOf(known.pid)).toEqual(['end with undo: ending', 'end: terminated'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a list is suspended together and taken back together', async () => {
  await using one = await sleeper()
  await using two = await sleeper()
  const members = await Promise.all(
    [one, two].map(async ({ pid }) => {
      const { start_id } = await services.api.getProcessInfo(pid)
      return { pid, start_id }
    }),
  )
  const asked = await services.api.closeApp({ members, signal: 'TERM', undo_ms: LONG_MS })
  expect(asked.summary).toEqual({ ending: 2 })
  expect([one, two].map(({ pid }) => stateOf(pid))).toEqual(['T', 'T'])
  const undone = await services.api.resumeAll({ members })
  expect(undone.summary).toEqual({ resumed: 2 })
  expect([one, two].map(({ pid }) => stateOf(pid))).not.toContain('T')
})

test('what a killed service has left suspended goes on at its next start', async () => {
  await using known = await sleeper()
  await suspendToEnd(known.pid)
  const { stats } = services.children
  stats.kill('SIGKILL')
  await once(stats, 'exit')
  expect(stateOf(known.pid)).toBe('T')
  await services.restartStats()
  expect(stateOf(known.pid)).not.toBe('T')
  expect(await logOf(known.pid)).toEqual(['end with undo: ending', 'resume: resumed'])
})

test('a service that is stopped ends none of them and leaves none suspended', async () => {
  await using own = await startServices()
  await using known = await sleeper()
  const { start_id: startId } = await own.api.getProcessInfo(known.pid)
  await own.api.kill(known.pid, { start_id: startId, signal: 'TERM', undo_ms: LONG_MS })
  expect(stateOf(known.pid)).toBe('T')
  own.children.stats.kill('SIGTERM')
  await once(own.children.stats, 'exit')
  expect(stateOf(known.pid)).not.toBe('T')
  expect(known.child.signalCode).toBeNull()
})
