import { expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { LinuxMachine } from './linux-machine.ts'

const CPU = 'sys/devices/system/cpu'
const core = (cpu: number, governor = 'powersave') => ({
  [`${CPU}/cpu${cpu}/topology/physical_package_id`]: '0\n',
  [`${CPU}/cpu${cpu}/topology/thread_siblings_list`]: `${cpu}\n`,
  [`${CPU}/cpu${cpu}/cpufreq/scaling_governor`]: `${governor}\n`,
})

test('what changes while the service runs is told as it is now', async () => {
  using world = tree({
    'proc/meminfo': 'MemTotal:       4194304 kB\n',
    'proc/cpuinfo': 'processor\t: 0\nmodel name\t: Some CPU\n',
    'proc/sys/kernel/hostname': 'before\n',
    'proc/self/cgroup': '0::/\n',
    '.dockerenv': '',
    'sys/fs/cgroup/memory.max': '1073741824\n',
    'sys/fs/cgroup/cpu.max': '50000 100000\n',
    [`${CPU}/online`]: '0-1\n',
    ...core(0),
    ...core(1),
  })
  const [procRoot, sysRoot] = [`${world.root}/proc`, `${world.root}/sys`]
  const machine = new LinuxMachine({ ...defaultOptions, procRoot, sysRoot, etcRoot: world.root })
  try {
    expect(await machine.info()).toMatchObject({
      hostname: 'before',
      cpu: { model: 'Some CPU', threads: 2, cores: 2, governor: 'powersave' },
      memory: { totalBytes: 4 * 2 ** 30 },
      container: 'docker',
      limits: { cpuCount: 0.5, memoryBytes: 2 ** 30 },
    })
    world.write({
      'proc/meminfo': 'MemTotal:       8388608 kB\n',
      'proc/sys/kernel/hostname': 'after\n',
      'sys/fs/cgroup/memory.max': '2147483648\n',
      'sys/fs/cgroup/cpu.max': 'max 100000\n',
      [`${CPU}/online`]: '0-2\n',
      ...core(0, 'performance'),
      ...core(2),
    })
    expect(await machine.info()).toMatchObject({
      hostname: 'after',
      cpu: { threads: 3, cores: 3, governor: 'performance' },
      memory: { totalBytes: 8 * 2 ** 30 },
      limits: { cpuCount: null, memoryBytes: 2 * 2 ** 30 },
    })
  } finally {
    await machine.close()
  }
})
