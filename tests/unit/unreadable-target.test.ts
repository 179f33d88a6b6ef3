import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fakeClock, sleeper } from '@taskmanager/testkit'
import { expect, test } from 'vitest'
import { LinuxProcessControl } from '../../packages/platform/src/control/linux-control.ts'
import { LinuxProcessDetail } from '../../packages/platform/src/detail/linux-detail.ts'
import { ProcTree } from '../support/proc-tree.ts'

test('a process whose file is not understood is neither gone nor ended, and the reason is told', async () => {
  await using child = await sleeper()
  using tree = new ProcTree()
  tree.process(child.pid)
  writeFileSync(path.join(tree.root, String(child.pid), 'stat'), `${child.pid} (sleep) S 1 x\n`)
  const options = {
    procRoot: tree.root,
    sysRoot: tree.root,
    etcRoot: tree.root,
    clock: fakeClock(),
  }
  const control = new LinuxProcessControl(options, null)
  const target = { pid: child.pid, startId: '00000000-50' }
  const report = await control.act(target, { kind: 'signal', signal: 'KILL' })
  expect(report).toMatchObject({ result: 'failed', identity: null })
  expect(report.reason).toContain('not understood')
  expect(child.child.signalCode).toBeNull()
  const detail = await new LinuxProcessDetail(options).read(child.pid, null, new Set())
  expect(detail).toMatchObject({ kind: 'unreadable', reason: report.reason })
})
