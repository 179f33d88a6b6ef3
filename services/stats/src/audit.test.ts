import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { UnansweredCalls } from '@taskmanager/platform'
import { afterEach, expect, test } from 'vitest'
import { AuditLog, entryWithoutProcess, type AuditEntry } from './audit.ts'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function directory(): string {
  const place = mkdtempSync(path.join(tmpdir(), 'audit-'))
  cleanups.push(() => rmSync(place, { recursive: true, force: true }))
  return path.join(place, 'state')
}

const entry = (name: string): AuditEntry =>
  entryWithoutProcess(
    { action: 'stop user service', result: 'done', message: 'Stopped.', name },
    { origin: null, token: null, elevated: false },
  )

const namesIn = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as AuditEntry).name)

/** A file that opens when it is told to, as on a mount whose server is away for a while. */
function deafFile() {
  const { promise: isBack, resolve: comeBack } = Promise.withResolvers<void>()
  let opened = 0
  const world = {
    open: async (...args: Parameters<typeof open>) => {
      opened++
      await isBack
      return open(...args)
    },
    calls: new UnansweredCalls(),
    answerWithinMs: 5,
  }
  return { world, comeBack, opened: () => opened }
}

test('lines that are written at once stand in their order, for the owner alone', async () => {
  const log = new AuditLog(directory())
  const names = Array.from({ length: 50 }, (_, n) => `unit-${n}`)
  const told = await Promise.all(names.map((name) => log.write(entry(name))))
  expect(new Set(told)).toEqual(new Set(['written']))
  const [file = ''] = log.files
  expect(namesIn(file)).toEqual(names)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
})

test('a log that does not answer fails its lines in time, holds one thread and is written again when it is back', async () => {
  const { world, comeBack, opened } = deafFile()
  const log = new AuditLog(directory(), world)
  const told = ['a', 'b', 'c'].map((name) => log.write(entry(name)))
  expect(await Promise.all(told)).toEqual(['failed', 'failed', 'failed'])
  expect(opened()).toBe(1)
  await expect(log.inTime(() => Promise.resolve())).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  comeBack()
  await expect.poll(() => log.write(entry('d'))).toBe('written')
  const [file = ''] = log.files
  expect(new Set(namesIn(file))).toEqual(new Set(['d']))
  expect(world.calls.begin('near')).not.toBe(null)
})

test('no more lines wait than a log could be owed', async () => {
  const { world } = deafFile()
  const log = new AuditLog(directory(), { ...world, answerWithinMs: 60_000 })
  for (let n = 0; n < 1000; n++) void log.write(entry('waits'))
  expect(await log.write(entry('too many'))).toBe('failed')
})

test('what waits at the exit of the process is written before it goes, once', async () => {
  const { world, comeBack } = deafFile()
  const log = new AuditLog(directory(), { ...world, answerWithinMs: 60_000 })
  const told = ['a', 'b'].map((name) => log.write(entry(name)))
  log.writeRest()
  const [file = ''] = log.files
  expect(namesIn(file)).toEqual(['a', 'b'])
  comeBack()
  await Promise.all(told)
  expect(namesIn(file)).toEqual(['a', 'b'])
})

test('a symbolic link in place of the log is not followed', async () => {
  const place = directory()
  const log = new AuditLog(place)
  mkdirSync(place)
  symlinkSync(path.join(place, 'elsewhere'), path.join(place, 'actions.log'))
  expect(await log.write(entry('a'))).toBe('failed')
  expect(() => statSync(path.join(place, 'elsewhere'))).toThrow('ENOENT')
})

test('a log of 10 MiB is moved away, and the next line begins another', async () => {
  const log = new AuditLog(directory())
  const [file = '', older = ''] = log.files
  await log.write(entry('a'))
  truncateSync(file, 10 * 1024 * 1024)
  await log.write(entry('b'))
  await log.write(entry('c'))
  expect(namesIn(file)).toEqual(['c'])
  expect(statSync(older).size).toBeGreaterThan(10 * 1024 * 1024)
})
