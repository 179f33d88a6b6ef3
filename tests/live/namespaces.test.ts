import path from 'node:path'
import { expect, test, type TestContext } from 'vitest'
import { inNamespaces } from '../support/in-namespaces.ts'
import type { Printed, PrintedRow } from './fixtures/list-twice.ts'
import type { Reused } from './fixtures/reuse-pid.ts'

const SCRIPT = path.join(import.meta.dirname, 'fixtures/list-twice.ts')
const REUSE = path.join(import.meta.dirname, 'fixtures/reuse-pid.ts')

/** In namespaces of their own: `/proc` mounted with an option, a process of root, and the list as nobody sees it. */
const SCENE = `
mount -o remount,"$1" /proc || exit 1
sleep 1000 & other=$!
cd /
setpriv --reuid 65534 --regid 65534 --clear-groups "$2" "$3" || code=$?
kill $other
exit \${code:-0}
`

function listAsNobody(context: TestContext, option: string): Printed | null {
  const printed = inNamespaces(context, SCENE, option, process.execPath, SCRIPT)
  return printed === null ? null : (JSON.parse(printed) as Printed)
}

const own = ({ rows, pid }: Printed) => rows.find((row) => row.pid === pid) as PrintedRow

test('hidepid=2: only own processes are there, whole, and it is said that others are hidden', (context) => {
  const list = listAsNobody(context, 'hidepid=2')
  if (list === null) return
  expect(list.partialReason).toMatch(/hidden.*hidepid=(?:2|invisible)/)
  expect(list.rows.map(({ pid }) => pid)).toEqual([list.pid])
  expect(own(list)).toMatchObject({ uid: 65534, exe: process.execPath, isIoDenied: false })
  expect(own(list).rssBytes).toBeGreaterThan(0)
})

test('hidepid=1: the same, though the others can be seen to be there', (context) => {
  const list = listAsNobody(context, 'hidepid=1')
  if (list === null) return
  expect(list.partialReason).toMatch(/hidepid=(?:1|noaccess)|may not be read/)
  expect(list.rows.map(({ pid }) => pid)).toEqual([list.pid])
})

test('hidepid=2 with a group this service is in: all are there, and nothing is said to be hidden', (context) => {
  const list = listAsNobody(context, 'hidepid=2,gid=65534')
  if (list === null) return
  expect(list.partialReason).toBeNull()
  expect(list.rows.map(({ name }) => name)).toContain('sleep')
})

test('without it all are there, and what of others may not be read is unknown, not 0', (context) => {
  const list = listAsNobody(context, 'hidepid=0')
  if (list === null) return
  expect(list.partialReason).toBeNull()
  const other = list.rows.find(({ name }) => name === 'sleep')
  expect(other).toMatchObject({
    uid: 0,
    exe: null,
    readBytes: null,
    pssBytes: null,
    isIoDenied: true,
    args: ['sleep', '1000'],
  })
  expect(other?.rssBytes).toBeGreaterThan(0)
  expect(own(list).readBytes).not.toBeNull()
})

test('a pid that lives again between two sweeps has nothing of its former owner', (context) => {
  const printed = inNamespaces(context, '"$1" "$2"', process.execPath, REUSE)
  if (printed === null) return
  const { pid, former, present, ended } = JSON.parse(printed) as Reused
  expect(former.cpuNs).toBeGreaterThan(50e6) // it had worked
  expect(present.startId).not.toBe(former.startId)
  expect(present.cpuNs).toBeLessThan(former.cpuNs)
  // No baseline, or none of its own life before this interval: never the former owner's.
  expect([null, 0]).toContain(present.previousCpuNs)
  expect(ended).toContainEqual(expect.objectContaining({ pid, startId: former.startId }))
})
