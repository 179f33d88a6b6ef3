// What control must hold under bad luck: pids that live again all the time, and a disk that is full.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { inNamespaces } from '../support/in-namespaces.ts'
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
