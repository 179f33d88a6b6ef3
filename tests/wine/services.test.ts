import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { act } from '../../scripts/cli/act-commands.ts'
import { parseCommand, type ActCommand, type ReadCommand } from '../../scripts/cli/options.ts'
import { readLines } from '../../scripts/cli/read-commands.ts'
import { until } from '../launcher/launched.ts'
import { noWineReason } from './support/wine-machine.ts'
import { startWineServices, type WineServices } from './support/wine-services.ts'

const MARK = 'a-program-of-the-test'
const reason = noWineReason()

describe.skipIf(reason !== null)('both services in a Windows Node.js, asked from Linux', () => {
  let running: WineServices
  beforeAll(async () => {
    running = await startWineServices()
  })
  afterAll(() => running?.[Symbol.asyncDispose]())

  const rowOf = async (mark: string) => {
    const { processes } = await running.api.getProcesses()
    return processes.find(({ cmdline }) => cmdline?.includes(mark))
  }

  test('the list has the services themselves, with names, users and what this Windows tells', async () => {
    await until('users have names', async () => (await rowOf('stats.mjs'))?.user != null)
    const row = await rowOf('stats.mjs')
    expect(row).toMatchObject({ name: 'node.exe', kind: 'background' })
    expect(row?.num_threads).toBeGreaterThan(3)
    expect(row?.memory).toBeGreaterThan(20 * 2 ** 20)
    const { capabilities, totals } = await running.api.getProcesses()
    expect(capabilities).toMatchObject({ provider: 'windows', user: row?.user, ended_source: null })
    expect(capabilities.columns).not.toContain('pss_bytes')
    expect(totals.own_count).toBeGreaterThan(1)
  })

  test('the machine is told, as a Windows', async () => {
    const system = await running.api.getSystem()
    expect(system.os.platform).toBe('win32')
    const stats = await running.api.getStats()
    expect(stats.memory_total).toBeGreaterThan(0)
  })

  test('details, figures of columns and sockets of a process, through the API and the terminal', async () => {
    const row = await rowOf('stats.mjs')
    const { pid, start_id: startId = '' } = row ?? { pid: 0 }
    const sections = ['threads', 'sockets'] as const
    const info = await running.api.getProcessInfo(pid, { include: sections, startId })
    expect(info).toMatchObject({ pid, start_id: startId, name: 'node.exe', ppid: row?.ppid })
    expect(info.threads).toHaveLength(info.num_threads ?? -1)
    const { asked_fields: fields, capabilities } = await running.api.getSystem()
    for (const name of ['process_details', 'ports', 'asked_figures'])
      expect(capabilities[name]).toEqual({ available: true, reason: null })
    expect(fields).toContain('num_handles')
    const { processes } = await running.api.getProcessFigures([...fields, 'terminal'])
    const figures = processes.find((one) => one.pid === pid)
    expect(figures).toMatchObject({
      start_id: startId,
      architecture: 'x64',
      unknown: { terminal: 'not_supported' },
    })
    // Each of these requests opens and closes some, so the two cannot be the same.
    for (const told of [figures?.num_handles, info.num_handles]) expect(told).toBeGreaterThan(20)
    const command = parseCommand(['ports']) as ReadCommand
    const lines = await readLines(running.api, command, 120)
    expect(lines.join('\n')).toContain(String(running.ports.stats))
  })

  test('who has no token is not known from outside, and is told nothing', async () => {
    const { ports } = running
    const answer = await fetch(`http://127.0.0.1:${ports.accuracy}/api/processes`)
    expect(answer.status).toBe(401)
  })

  test('a process ends through the API, and leaves the list', async () => {
    const victim = running.startNode(['-e', 'setInterval(() => {}, 1000)', MARK])
    await until('it is listed', async () => (await rowOf(MARK)) !== undefined)
    const row = await rowOf(MARK)
    const { pid, start_id = '' } = row ?? { pid: 0 }
    const wrong = running.api.kill(pid, { start_id: `${start_id}0`, signal: 'KILL' })
    await expect(wrong).rejects.toMatchObject({ error: 'identity_mismatch' })
    const outcome = await running.api.kill(pid, { start_id, signal: 'TERM' })
    expect(outcome).toMatchObject({ result: 'terminated', identity: 'pinned', name: 'node.exe' })
    await victim.ended
    await until('it left the list', async () => (await rowOf(MARK)) === undefined)
    const again = running.api.kill(pid, { start_id, signal: 'TERM' })
    await expect(again).rejects.toMatchObject({ error: 'gone' })
  })

  test('the terminal ends a process there too, and what it started', async () => {
    const mark = `${MARK}-three`
    const idle = 'setInterval(() => {}, 1000)'
    const script = `require('node:child_process').spawn(process.execPath, ['-e', '${idle}'], { stdio: 'ignore' }); ${idle}`
    const victim = running.startNode(['-e', script, mark])
    const pidOf = async () => (await rowOf(mark))?.pid ?? 0
    const childrenOf = async (parent: number) =>
      (await running.api.getProcesses()).processes.filter(({ ppid }) => ppid === parent)
    await until('both are listed', async () => {
      const parent = await pidOf()
      return parent !== 0 && (await childrenOf(parent)).length === 1
    })
    const pid = await pidOf()
    const { descendants } = (await running.api.getProcessInfo(pid)).blast
    expect(descendants).toMatchObject([{ name: 'node.exe' }])
    const tree = parseCommand(['end', String(pid), '--tree', '--yes']) as ActCommand
    const { outcomes } = await act(running.api, tree, null)
    expect(new Set(outcomes.map((outcome) => outcome.pid))).toEqual(
      new Set([pid, descendants[0]?.pid]),
    )
    expect(outcomes.map(({ result }) => result)).toEqual(['terminated', 'terminated'])
    await victim.ended
  })

  test('an end that is taken back leaves the process as it was', async () => {
    const mark = `${MARK}-two`
    running.startNode(['-e', 'setInterval(() => {}, 1000)', mark])
    await until('it is listed', async () => (await rowOf(mark)) !== undefined)
    const { pid = 0, start_id = '' } = (await rowOf(mark)) ?? {}
    const ending = await running.api.kill(pid, { start_id, signal: 'TERM', undo_ms: 30_000 })
    expect(ending).toMatchObject({ result: 'ending', identity: 'pinned' })
    expect(await running.api.resume(pid, { start_id })).toMatchObject({ result: 'resumed' })
    expect((await rowOf(mark))?.start_id).toBe(start_id)
  })

  test('Ctrl-C ends both, in order', async () => {
    for (const service of running.services) service.kill('SIGINT')
    expect(await Promise.all(running.services.map(({ ended }) => ended))).toEqual([0, 0])
    expect(running.log()).toMatch(/"why":"SIGINT"/)
  })
})
