import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  createProcessDetail,
  createProcessTable,
  type ProcessTable,
  type ProcessTableProvider,
  STATUS_BY_CODE,
} from '@taskmanager/platform'
import { sleeper, storm, zombies } from '@taskmanager/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { desktopNames } from '../../packages/metrics/src/index.ts'
import { Lists } from '../../services/accuracy/src/lists.ts'

const OWN_COST = { cpu_percent: null, memory_bytes: null, sweep_cpu_ms: null, sweep_wall_ms: null }

let provider: ProcessTableProvider
let lists: Lists
beforeEach(async () => {
  provider = await createProcessTable()
  lists = new Lists(desktopNames([]))
})
afterEach(() => provider.close())

/** One sweep, as the service does it; no HTTP, so that a thousand take seconds. */
async function sweep(): Promise<ProcessTable> {
  const table = await provider.sweep()
  lists.update(table, provider.capabilities, OWN_COST)
  return table
}

const appOf = (pid: number) => [...lists.apps.values()].find(({ pids }) => pids.includes(pid))

describe.skipIf(process.platform !== 'linux')('real processes (Linux only)', () => {
  test('in a storm of short processes a thousand listings have every one that stays, and no value of another', async () => {
    await using lasting = await sleeper()
    await using source = await storm()
    await sweep()
    const stay = [process.pid, lasting.pid, source.pid]
    const fixed = () =>
      stay.map((pid) => {
        const row = lists.processes.get(pid)
        const { start_id, ppid, name, cmdline, uid, started_at_ms } = row ?? {}
        return { pid, start_id, ppid, name, cmdline, uid, started_at_ms }
      })
    const before = fixed()
    expect(before.map(({ ppid }) => ppid).slice(1)).toEqual([process.pid, process.pid])
    const wanted = JSON.stringify(before)
    const passing = new Set<number>()
    const wrong: unknown[] = []
    // As many more as it takes to meet some of the short ones: a thousand may be over in a third of a second.
    for (let i = 0; i < 1000 || passing.size <= 10; i++) {
      const { columns, slots, count, skipped } = await sweep()
      const now = fixed()
      if (JSON.stringify(now) !== wanted) wrong.push(now)
      if (skipped > 0 || lists.processes.size !== count) wrong.push({ skipped, count })
      for (const slot of slots.subarray(0, count)) {
        const row = lists.processes.get(columns.pid[slot])
        // The row of each pid is made of its own slot.
        if (row?.ppid !== columns.ppid[slot]) wrong.push(row)
        if (row?.ppid === source.pid) passing.add(row.pid)
      }
    }
    expect(wrong).toEqual([])
    expect(provider.capabilities.partialReason).toBeNull()
  }, 300_000)

  test('a thousand zombies are listed as such, hold nothing, are counted, and stand under their parent', async () => {
    await using parent = await zombies(1000)
    await sweep()
    const rows = parent.zombiePids.map((pid) => lists.processes.get(pid))
    for (const row of rows) {
      expect(row).toMatchObject({ status: 'zombie', memory: 0, ppid: parent.pid, num_threads: 1 })
    }
    expect(lists.facts?.totals.zombie_count).toBeGreaterThanOrEqual(1000)
    const app = appOf(parent.pid)
    expect(new Set(app?.pids)).toEqual(new Set([...(app?.pids ?? []), ...parent.zombiePids]))
    // They do not run, so a sweep reads a tenth of them: it is no slower than the list is long.
    const { columns, slots, count } = await sweep()
    const dead = slots
      .subarray(0, count)
      .filter((slot) => STATUS_BY_CODE[columns.status[slot] ?? 0] === 'zombie')
    expect(dead.length).toBeGreaterThanOrEqual(1000)
  })

  test('programs whose files are deleted keep their names and are two apps', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tmp-deleted-'))
    const names = ['one-tool', 'another-tool']
    const children = names.map((name) => {
      copyFileSync('/bin/sleep', path.join(folder, name))
      return spawn(path.join(folder, name), ['1000'])
    })
    try {
      await Promise.all(children.map((child) => once(child, 'spawn')))
      rmSync(folder, { recursive: true })
      await sweep()
      const pids = children.map(({ pid = 0 }) => pid)
      expect(pids.map((pid) => lists.processes.get(pid)?.name)).toEqual(names)
      const [one, another] = pids.map(appOf)
      expect(one?.id).not.toBe(another?.id)
      const detail = await createProcessDetail()
      const result = await detail?.read(pids[0] ?? 0, null, new Set())
      expect(result).toMatchObject({ kind: 'ok', info: { name: 'one-tool', exe_deleted: true } })
    } finally {
      for (const child of children) child.kill('SIGKILL')
    }
  })

  test('kernel threads have a name, no command line, no program, and one group', async (context) => {
    await sweep()
    const kernel = [...lists.processes.values()].filter(({ kind }) => kind === 'kernel')
    if (kernel.length === 0) {
      context.skip('a container: the kernel shows its threads to nobody here')
      return
    }
    for (const row of kernel) {
      expect(row).toMatchObject({ cmdline: null, memory: 0, pss_bytes: null })
      expect(row.name).not.toBe('')
    }
    expect([...lists.apps.values()].filter(({ kind }) => kind === 'kernel')).toHaveLength(1)
  })

  test('a megabyte of arguments is a row as any other, and its details are cut and told so', async () => {
    const argument = 'a.b/c:d@'.repeat(15_000) // beneath the 128 KiB of one argument
    const child = spawn('sh', ['-c', 'read _', ...Array.from({ length: 9 }, () => argument)])
    try {
      await once(child, 'spawn')
      await sweep()
      const row = lists.processes.get(child.pid ?? 0)
      expect(row).toMatchObject({ name: 'sh', ppid: process.pid })
      expect(row?.cmdline?.length).toBeLessThan(5000)
      const detail = await createProcessDetail()
      const result = await detail?.read(child.pid ?? 0, null, new Set())
      expect(result).toMatchObject({ kind: 'ok', info: { cmdline_truncated: true } })
    } finally {
      child.kill('SIGKILL')
    }
  })

  test('arguments written over without an end are one text, and harm no other field', async () => {
    // A title of one blank-separated string where the arguments were, as servers write it.
    const script =
      "process.title='worker: cmd=) R 1 (x '.repeat(9);process.stdout.write('up');setInterval(()=>{},1e6)"
    const child = spawn(process.execPath, ['-e', script])
    try {
      await once(child.stdout, 'data')
      await sweep()
      const row = lists.processes.get(child.pid ?? 0)
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      expect(row).toMatchObject({ ppid: process.pid, uid: process.getuid?.() })
      expect(row?.num_threads).toBeGreaterThan(1)
      expect(row?.status).not.toBe('unknown')
      expect(status).toContain(`PPid:\t${process.pid}`)
    } finally {
      child.kill('SIGKILL')
    }
  })
})
