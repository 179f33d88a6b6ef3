import { expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { LinuxProcessDetail } from './linux-detail.ts'

const stat = (state: string) =>
  `7 (a-program-with-) ${state} 1 7 7 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 50 4096 10 0 ${'0 '.repeat(30)}\n`
const MEMORY_MAP = {
  '7/cmdline': 'a-program-with-a-name\0now\0',
  '7/maps': '7f00-7f10 r-xp 0 fe:01 100 /usr/lib/some.so (deleted)\n',
  '7/smaps_rollup': 'Pss: 4 kB\nPrivate_Clean: 4 kB\nPrivate_Dirty: 0 kB\n',
}

test('details of a process that waits for a disk leave out what might wait with it', async () => {
  using world = tree({
    '7/stat': stat('D'),
    '7/status': 'Uid:\t0\t0\t0\t0\n',
    stat: 'btime 1700000000\n',
    ...MEMORY_MAP,
  })
  const detail = new LinuxProcessDetail({ ...defaultOptions, procRoot: world.root })
  const read = async () => {
    const result = await detail.read(7, null, new Set(['memory']))
    return result.kind === 'ok' ? result.info : null
  }
  expect(await read()).toMatchObject({
    status: 'disk-sleep',
    name: 'a-program-with-',
    cmdline: null,
    libraries_replaced: null,
    memory: { pss_bytes: null },
    unknown: {
      cmdline: 'failed',
      libraries_replaced: 'failed',
      'memory.pss_bytes': 'not_reported',
    },
  })
  world.write({ '7/stat': stat('S') })
  expect(await read()).toMatchObject({
    name: 'a-program-with-a-name',
    cmdline: ['a-program-with-a-name', 'now'],
    libraries_replaced: ['/usr/lib/some.so'],
    memory: { pss_bytes: 4096 },
  })
})
