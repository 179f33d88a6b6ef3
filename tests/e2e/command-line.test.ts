import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import { bash, named, termIgnorer } from '@taskmanager/testkit'
import { isAlive } from '../launcher/launched.ts'
import { startOwnContainer } from '../support/own-container.ts'
import { startProduct, type StartedProduct } from '../support/started-product.ts'

const LAUNCH = path.join(import.meta.dirname, '../../scripts/launch.mjs')

let product: StartedProduct
beforeAll(async () => {
  product = await startProduct()
}, 120_000)
afterAll(() => product[Symbol.asyncDispose]())

interface Said {
  code: number
  out: string
  err: string
}

/** Runs one command as a script would: nobody is there to answer a question. */
function tmp(args: readonly string[], runDir = product.runDir): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [LAUNCH, 'tmp', ...args],
      { env: { ...process.env, TASKMANAGER_RUN_DIR: runDir } },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    )
    child.stdin?.end()
  })
}

const statOf = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

test('finds a process by its name, as lines and as JSON', async () => {
  await using known = await named('quiet-name', '--as-it-is')
  const words = ['ls', 'quiet-name', '--as-it-is'.slice(2)]
  // The list is made at its own pace: a young process is in the next one.
  let said = await tmp(words)
  while (!said.out.includes(String(known.pid))) said = await tmp(words)
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(said.out).toMatch(/^ *PID +USER +CPU % +MEMORY/)
  const json = JSON.parse((await tmp([...words, '--json'])).out) as { processes: { pid: number }[] }
  // The command line of a question has the words too, and may be in the list of its moment.
  expect(json.processes.map(({ pid }) => pid)).toContain(known.pid)
})

test('suspends, resumes, changes priority and CPUs, and ends; the log has it all', async () => {
  await using known = await named('obedient')
  const pid = String(known.pid)
  expect(await tmp(['suspend', pid])).toMatchObject({
    code: 0,
    out: `${pid}: Suspended obedient.\n`,
  })
  expect(statOf(known.pid)[0]).toBe('T')
  expect((await tmp(['resume', pid])).code).toBe(0)
  expect(statOf(known.pid)[0]).not.toBe('T')
  expect((await tmp(['priority', pid, 'low'])).code).toBe(0)
  expect(statOf(known.pid)[16]).toBe('10')
  expect((await tmp(['affinity', pid, '0'])).code).toBe(0)
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Cpus_allowed_list:\t0$/m)
  expect((await tmp(['end', pid])).code).toBe(0)
  expect(isAlive(known.pid)).toBe(false)
  const { actions } = JSON.parse((await tmp(['actions', '--json'])).out) as {
    actions: { pid: number; action: string; by: string }[]
  }
  const mine = actions.filter((each) => each.pid === known.pid)
  expect(mine.map(({ action }) => action)).toEqual([
    'end',
    'affinity',
    'priority 10',
    'resume',
    'suspend',
  ])
  expect(mine.every(({ by }) => by === 'program')).toBe(true)
})

test('one that does not listen is still there, says so, and ends when it is forced afterwards', async () => {
  await using deaf = await termIgnorer()
  const asked = await tmp(['end', String(deaf.pid)])
  expect(asked.code).toBe(1)
  expect(isAlive(deaf.pid)).toBe(true)
  expect((await tmp(['end', String(deaf.pid), '--then-force'])).code).toBe(0)
  expect(isAlive(deaf.pid)).toBe(false)
})

test('an end with undo suspends, says how to take it back, and that takes it back', async () => {
  await using known = await named('second-thought')
  const pid = String(known.pid)
  const said = await tmp(['end', pid, '--undo'])
  expect(said).toMatchObject({ code: 0, err: '' })
  expect(said.out).toBe(
    `${pid}: second-thought (PID ${pid}) is suspended and ends in 30 s. Until then it can be resumed.\n` +
      `To take it back: npm run tmp -- resume ${pid}\n`,
  )
  expect(await tmp(['resume', pid])).toMatchObject({
    code: 0,
    out: `${pid}: Resumed second-thought.\n`,
  })
  expect(statOf(known.pid)[0]).not.toBe('T')
  expect(isAlive(known.pid)).toBe(true)
})

test('a tree needs a yes, tells who is in it, and ends with all its branches', async () => {
  await using parent = await bash('sleep 1000 & echo $!; wait')
  const child = Number(parent.said)
  const refused = await tmp(['end', String(parent.pid), '--tree'])
  expect(refused.code).toBe(1)
  expect(refused.err).toContain(`sleep (PID ${child}`)
  expect(refused.err).toContain('Add --yes')
  expect([parent.pid, child].every(isAlive)).toBe(true)
  expect((await tmp(['end', String(parent.pid), '--tree', '--yes'])).code).toBe(0)
  expect([parent.pid, child].some(isAlive)).toBe(false)
})

test('a container is found by its name, with its limits', async (context: TestContext) => {
  await using own = await startOwnContainer(context, { hostname: 'till-by-the-door' })
  if (own === null) return
  const said = await tmp(['containers', 'till-by'])
  expect(said).toMatchObject({ code: 0, err: '' })
  const limit = own.has.memory ? '256 MiB' : '–'
  const line = said.out.split('\n').find((each) => each.startsWith(own.id)) ?? ''
  expect(line.split(/ {2,}/)).toEqual(
    expect.arrayContaining(['docker', 'running', limit, 'till-by-the-door']),
  )
  const json = JSON.parse((await tmp(['containers', 'till-by', '--json'])).out) as {
    containers: { id: string; pid: number }[]
  }
  expect(json.containers).toMatchObject([{ id: own.id, pid: own.pid }])
  expect((await tmp(['containers', 'nobody-is-called-so'])).out).not.toContain(own.id)
})

test('the log of a service: its lines, or why there are none', async () => {
  const said = await tmp(['log', 'no-such-service-here'])
  const asJson = await tmp(['log', 'no-such-service-here', '--json'])
  const log = JSON.parse(asJson.out || '{}') as { lines?: unknown[]; missing?: string | null }
  expect(log.lines ?? []).toEqual([])
  // Without libsystemd nothing can be read, and that is an error.
  const refused = { code: 1, out: '', err: expect.stringContaining('libsystemd') as string }
  const why = log.missing ?? 'no-such-service-here.service has written nothing.'
  expect(said).toEqual(asJson.code === 0 ? { code: 0, out: `${why}\n`, err: '' } : refused)
})

test('what cannot be done is said, with the exit status of its kind', async () => {
  expect(await tmp(['end', '1', '--yes'])).toMatchObject({ code: 1 })
  const nobody = await tmp(['suspend', '2147483647'])
  expect(nobody).toMatchObject({ code: 1, out: '' })
  expect(nobody.err).toContain('There is no process 2147483647')
  expect((await tmp(['frob'])).code).toBe(2)
  const empty = mkdtempSync(path.join(tmpdir(), 'tmp-nobody-'))
  try {
    const absent = await tmp(['ls'], path.join(empty, 'run'))
    expect(absent.code).toBe(3)
    expect(absent.err).toContain('npm start')
  } finally {
    rmSync(empty, { recursive: true })
  }
})
