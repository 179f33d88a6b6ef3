import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createProcessTable, defaultOptions, type ProcessTable } from '@taskmanager/platform'
import { dispose } from '@taskmanager/testkit'

const TMPFS = 0x01021994
const MIB = 2 ** 20
const WRITTEN = 48 * MIB

const slotOf = (table: ProcessTable, pid: number): number => {
  const slot = table.slots.subarray(0, table.count).find((each) => table.columns.pid[each] === pid)
  if (slot === undefined) throw new Error(`${pid} is not listed`)
  return slot
}

test('what a child wrote is told once, not again of the parent that collects it', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tmp-io-'))
  context.skip(statfsSync(folder).type === TMPFS, 'what is written to tmpfs reaches no storage')
  const file = path.join(folder, 'written')
  const script = `require('fs').writeFileSync(${JSON.stringify(file)}, Buffer.alloc(${WRITTEN})); console.log(process.pid); process.stdin.resume()`
  // The last `read` keeps bash from becoming its child.
  const child = spawn(
    'bash',
    ['-c', '"$0" -e "$1" <&3; echo collected; read -r _', process.execPath, script],
    {
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    },
  )
  await using parent = dispose(child)
  const table = await createProcessTable(defaultOptions)
  try {
    const said = async () => String(((await once(child.stdout!, 'data')) as [Buffer])[0]).trim()
    const pid = Number(await said())
    await table.sweep()
    const during = await table.sweep()
    expect(during.columns.writeBytes[slotOf(during, pid)]).toBeGreaterThanOrEqual(WRITTEN)
    const ended = said()
    ;(child.stdio[3] as import('node:stream').Writable).end()
    expect(await ended).toBe('collected')
    const after = await table.sweep()
    const slot = slotOf(after, parent.pid)
    const { writeBytes, previousWriteBytes } = after.columns
    const rise = (writeBytes[slot] ?? NaN) - (previousWriteBytes[slot] ?? NaN)
    expect(writeBytes[slot]).toBeGreaterThanOrEqual(WRITTEN) // the kernel did add it
    expect(rise).toBeLessThan(MIB)
    expect(rise).toBeGreaterThanOrEqual(0)
  } finally {
    table.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
