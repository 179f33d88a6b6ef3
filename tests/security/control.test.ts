// What control must hold under bad luck: pids that live again all the time, and a disk that is full.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ProcessInfo } from '@taskmanager/contracts'
import { inNamespaces } from '../support/in-namespaces.ts'
import { startProduct } from '../support/started-product.ts'
import { expectError, post, send } from '../support/wire.ts'
import type { FullDisk } from './fixtures/full-disk.ts'
import type { Storm } from './fixtures/reuse-storm.ts'

const fixture = (name: string) => path.join(import.meta.dirname, 'fixtures', name)

test('a pid that lives again 150 times: no request for a former owner reaches the present one', (context) => {
  const printed = inNamespaces(context, '"$1" "$2"', process.execPath, fixture('reuse-storm.ts'))
  if (printed === null) return
  const storm = JSON.parse(printed) as Storm
  expect(storm).toMatchObject({ lives: 150, victims: 0 })
  expect(Object.keys(storm.results).toSorted()).toEqual(['gone', 'identity_mismatch'])
  expect(storm.results['identity_mismatch']).toBeGreaterThan(0)
})

test('a full disk: every process is ended, it is said that the log was not written, and no line is torn', (context) => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'tmp-full-'))
  try {
    const script = `
      mkdir "$3/full" && mount -t tmpfs -o size=64k,mode=700 tmpfs "$3/full" || exit 1
      exec "$1" "$2" "$3/full" "$3" 65536`
    const printed = inNamespaces(
      context,
      script,
      process.execPath,
      fixture('full-disk.ts'),
      elsewhere,
    )
    if (printed === null) return
    const { answers, lines } = JSON.parse(printed) as FullDisk
    for (const answer of answers)
      expect(answer).toMatchObject({ result: 'terminated', signal: 'SIGKILL' })
    const written = answers.filter(({ audit }) => audit === 'written')
    expect(answers.filter(({ audit }) => audit === 'failed')).toHaveLength(3)
    expect(answers.at(-1)?.audit).toBe('written')
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => (JSON.parse(line) as { result: string }).result)).toEqual(
      written.map(() => 'terminated'),
    )
  } finally {
    rmSync(elsewhere, { recursive: true, force: true })
  }
})

test('the launcher and everything it started cannot be ended from within, with every right and confirmation', async () => {
  await using product = await startProduct()
  const { stats } = product.ports
  const token = readFileSync(path.join(product.runDir, 'control.token'), 'utf8').trim()
  const names = ['stats', 'accuracy', 'pages'] as const
  const ours = [product.pid, ...names.map((name) => product.servicePid(name) ?? Number.NaN)]
  for (const pid of [...ours, 1]) {
    const { json } = await send({ port: stats, path: `/api/process/${pid}/info` })
    const { start_id: startId, name } = json as ProcessInfo
    for (const signal of ['TERM', 'KILL']) {
      const body = { start_id: startId, signal, confirm_name: name }
      expectError(await post(stats, `/api/process/${pid}/kill`, token, body), 'protected')
    }
  }
  expect(names.map((name) => product.servicePid(name))).toEqual(ours.slice(1))
  expect(product.output()).not.toMatch(/ended|Starting it again/)
})
