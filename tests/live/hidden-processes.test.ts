import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test, type TestContext } from 'vitest'
import type { Printed, PrintedRow } from './fixtures/list-twice.ts'

const SCRIPT = path.join(import.meta.dirname, 'fixtures/list-twice.ts')

const NAMESPACES = ['--pid', '--mount', '--fork', '--mount-proc', '--kill-child']
/** In namespaces of their own: `/proc` mounted with an option, a process of root, and the list as nobody sees it. */
const SCENE = `
mount -o remount,"$1" /proc || exit 77
sleep 1000 & other=$!
cd /
setpriv --reuid 65534 --regid 65534 --clear-groups "$2" "$3" || code=$?
kill $other
exit \${code:-0}
`

function listAsNobody(context: TestContext, option: string): Printed | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('needs Linux and root, to make a namespace and become another user')
    return null
  }
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...NAMESPACES, 'sh', '-c', SCENE, 'sh', option, process.execPath, SCRIPT],
    { encoding: 'utf8' },
  )
  const refusal = /unshare: .*|mount: .*|EACCES.*|Permission denied/.exec(stderr)?.[0]
  if (status !== 0 && refusal !== undefined) {
    context.skip(`this machine allows no such namespace: ${refusal}`)
    return null
  }
  expect({ status, stderr }).toMatchObject({ status: 0 })
  return JSON.parse(stdout) as Printed
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
