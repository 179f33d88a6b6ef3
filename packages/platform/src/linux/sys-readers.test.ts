import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { readBlockDevices } from './block-devices.ts'
import { readLimits } from './cgroup-limits.ts'
import { readFrequencies } from './cpu-frequency.ts'
import { readSensors } from './hwmon.ts'
import { readNetworkLinks } from './network-links.ts'
import { readPower } from './power.ts'
import { readContainer, readVirtualMachine } from './virtualization.ts'
import { readZram } from './zram.ts'

describe('disks', () => {
  test('whole physical devices with model, kind and everything built on them', () => {
    using sys = tree({
      'block/nvme0n1/device/model': 'Samsung SSD 980 PRO 1TB  \n',
      'block/nvme0n1/device/hwmon3/temp1_input': '38850',
      'block/nvme0n1/size': '2000409264',
      'block/nvme0n1/nvme0n1p1/partition': '1',
      'block/nvme0n1/nvme0n1p2/partition': '2',
      'block/nvme0n1/nvme0n1p2/holders/dm-0': '',
      'block/dm-0/holders/dm-1': '',
      'block/dm-0/dm/name': 'luks',
      'block/dm-1/size': '1',
      'block/sda/device/vendor': 'ATA     ',
      'block/sda/device/model': 'WDC WD40EFRX',
      'block/sda/queue/rotational': '1',
      'block/sdb/device/vendor': 'QEMU',
      'block/sdb/device/model': 'QEMU HARDDISK',
      'block/sdb/queue/rotational': '1',
      'block/sdc/device/vendor': 'SanDisk',
      'block/sdc/device/model': 'Ultra',
      'block/sdc/removable': '1',
      'block/vda/device/vendor': '0x1af4',
      'block/mmcblk0/device/name': 'SC64G',
      'block/mmcblk0/queue/rotational': '0',
      'block/mmcblk0boot0/device/name': 'SC64G',
      'block/loop0/size': '8',
      'block/sr0/device/model': 'DVD',
    })
    const disks = readBlockDevices(sys.root)
    expect(disks.map(({ id, kind, model }) => [id, kind, model])).toEqual([
      ['mmcblk0', 'ssd', 'SC64G'],
      ['nvme0n1', 'nvme', 'Samsung SSD 980 PRO 1TB'],
      ['sda', 'hdd', 'WDC WD40EFRX'],
      ['sdb', 'virtual', 'QEMU HARDDISK'],
      ['sdc', 'removable', 'SanDisk Ultra'],
      ['vda', 'virtual', null],
    ])
    expect(disks[1]).toMatchObject({
      sizeBytes: 2000409264 * 512,
      partitions: ['nvme0n1p1', 'nvme0n1p2', 'dm-0', 'dm-1'],
      hwmon: path.join(sys.root, 'block/nvme0n1/device/hwmon3'),
    })
  })

  test('a machine without sysfs has none', () => expect(readBlockDevices('/nowhere')).toEqual([]))
})

describe('sensors', () => {
  test('the package temperature, labels, thresholds, and nonsense left out', async () => {
    using sys = tree({
      'class/hwmon/hwmon0/name': 'coretemp',
      'class/hwmon/hwmon0/temp1_input': '61000',
      'class/hwmon/hwmon0/temp1_label': 'Package id 0',
      'class/hwmon/hwmon0/temp1_max': '100000',
      'class/hwmon/hwmon0/temp1_crit': '105000',
      'class/hwmon/hwmon0/temp2_input': '64000',
      'class/hwmon/hwmon0/temp2_label': 'Core 0',
      'class/hwmon/hwmon1/name': 'nct6798',
      'class/hwmon/hwmon1/temp1_input': '-273150',
      'class/hwmon/hwmon1/fan1_input': '1204',
      'class/hwmon/hwmon1/in0_input': '1240',
      'class/hwmon/hwmon1/power1_average': '15200000',
      'class/hwmon/hwmon2/name': 'nct6798',
      'class/hwmon/hwmon2/fan1_input': 'garbage',
    })
    const { sensors, cpuCelsius, byChip } = await readSensors(sys.root)
    expect(cpuCelsius).toBe(61)
    expect(byChip.get('hwmon0')).toBe(61)
    expect(sensors.map(({ id, kind, value }) => [id, kind, value])).toEqual([
      ['coretemp/temp1', 'temperature', 61],
      ['coretemp/temp2', 'temperature', 64],
      ['nct6798/temp1', 'temperature', null],
      ['nct6798/fan1', 'fan', 1204],
      ['nct6798/power1', 'power', 15.2],
      ['nct6798/in0', 'voltage', 1.24],
      ['nct6798#2/fan1', 'fan', null],
    ])
    expect(sensors[0]).toMatchObject({ label: 'Package id 0', high: 100, critical: 105 })
  })

  test('thermal zones serve where there is no chip', async () => {
    using sys = tree({
      'class/thermal/thermal_zone0/type': 'cpu-thermal',
      'class/thermal/thermal_zone0/temp': '48312',
      'class/thermal/cooling_device0/type': 'fan',
    })
    expect(await readSensors(sys.root)).toMatchObject({ cpuCelsius: 48.312 })
  })
})

test('battery by charge, mains, and the energy of all packages', async () => {
  using sys = tree({
    'class/power_supply/AC/type': 'Mains',
    'class/power_supply/AC/online': '0',
    'class/power_supply/BAT0/type': 'Battery',
    'class/power_supply/BAT0/status': 'Discharging',
    'class/power_supply/BAT0/capacity': '71',
    'class/power_supply/BAT0/charge_now': '2000000',
    'class/power_supply/BAT0/charge_full': '4000000',
    'class/power_supply/BAT0/charge_full_design': '5000000',
    'class/power_supply/BAT0/cycle_count': '214',
    'class/power_supply/BAT0/current_now': '-1000000',
    'class/power_supply/BAT0/voltage_now': '12000000',
    'class/power_supply/hidpp_battery_0/type': 'Battery',
    'class/power_supply/hidpp_battery_0/scope': 'Device',
    'class/power_supply/hidpp_battery_0/capacity': '5',
    'class/powercap/intel-rapl:0/name': 'package-0',
    'class/powercap/intel-rapl:0/energy_uj': '5000000',
    'class/powercap/intel-rapl:0/max_energy_range_uj': '262143328850',
    'class/powercap/intel-rapl:0:0/name': 'core',
    'class/powercap/intel-rapl:1/name': 'psys',
  })
  expect(await readPower(sys.root, () => 1000)).toEqual({
    onAc: false,
    battery: {
      percent: 71,
      status: 'discharging',
      watts: 12,
      secondsLeft: 7200,
      healthPercent: 80,
      cycles: 214,
    },
    packageEnergy: { microjoules: 5000000, wrapsAtMicrojoules: 262143328850, monotonicMs: 1000 },
  })
  expect(await readPower('/nowhere', () => 0)).toEqual({
    onAc: null,
    battery: null,
    packageEnergy: null,
  })
})

test('interfaces: hardware, bridge, tunnel, unknown speed', async () => {
  using sys = tree({
    'class/net/lo/type': '772',
    'class/net/lo/operstate': 'unknown',
    'class/net/lo/carrier': '1',
    'class/net/lo/address': '00:00:00:00:00:00',
    'class/net/eth0/type': '1',
    'class/net/eth0/device/vendor': '0x8086',
    'class/net/eth0/operstate': 'up',
    'class/net/eth0/speed': '2500',
    'class/net/eth0/address': '02:00:00:00:00:01',
    'class/net/eth1/type': '1',
    'class/net/eth1/device/vendor': '0x1af4',
    'class/net/eth1/operstate': 'up',
    'class/net/eth1/speed': '-1',
    'class/net/wlan0/type': '1',
    'class/net/wlan0/phy80211/index': '0',
    'class/net/wlan0/operstate': 'dormant',
    'class/net/br0/type': '1',
    'class/net/br0/bridge/bridge_id': 'x',
    'class/net/br0/operstate': 'down',
    'class/net/eth0.5/type': '1',
    'class/net/eth0.5/uevent': 'DEVTYPE=vlan\nINTERFACE=eth0.5\n',
    'class/net/wg0/type': '65534',
    'proc/net/wireless':
      ' wlan0: 0000   70.  -39.  -256        0      0      0      0     12        0\n',
  })
  const links = await readNetworkLinks(
    { procRoot: path.join(sys.root, 'proc'), sysRoot: sys.root },
    () => ({
      eth0: [{ cidr: '192.0.2.2/24', address: '192.0.2.2' }],
    }),
  )
  const told = Object.fromEntries(
    Array.from(links, ([name, { kind, physical, countedElsewhere, up, linkBitsPerSecond }]) => [
      name,
      [kind, physical, countedElsewhere, up, linkBitsPerSecond],
    ]),
  )
  expect(told).toEqual({
    br0: ['virtual', false, true, false, null],
    eth0: ['ethernet', true, false, true, 2.5e9],
    'eth0.5': ['virtual', false, true, null, null],
    eth1: ['ethernet', true, false, true, null],
    lo: ['loopback', false, false, true, null],
    wg0: ['tunnel', false, false, null, null],
    wlan0: ['wifi', false, false, false, null],
  })
  expect(links.get('eth0')).toMatchObject({ addresses: ['192.0.2.2/24'], mac: '02:00:00:00:00:01' })
  expect(links.get('lo')?.mac).toBeNull()
  expect([...links].map(([name, { signalDbm }]) => [name, signalDbm])).toEqual(
    expect.arrayContaining([
      ['wlan0', -39],
      ['eth0', null],
    ]),
  )
})

test('frequencies and times of slowing down; packages count once', async () => {
  using sys = tree({
    'devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '1400000',
    'devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '4507000',
    'devices/system/cpu/cpu2/cpufreq/scaling_cur_freq': '1500000',
    'devices/system/cpu/cpu0/thermal_throttle/core_throttle_count': '3',
    'devices/system/cpu/cpu0/thermal_throttle/package_throttle_count': '5',
    'devices/system/cpu/cpu0/topology/physical_package_id': '0',
    'devices/system/cpu/cpu2/thermal_throttle/core_throttle_count': '1',
    'devices/system/cpu/cpu2/thermal_throttle/package_throttle_count': '5',
    'devices/system/cpu/cpu2/topology/physical_package_id': '0',
    'devices/system/cpu/cpufreq/boost': '1',
  })
  expect(await readFrequencies('/nowhere', sys.root)).toEqual({
    byCpu: new Map([
      [0, 1400],
      [2, 1500],
    ]),
    maxMhz: 4507,
    throttleEvents: 9,
  })
})

test('zram: only devices that are set up', async () => {
  using sys = tree({
    'block/zram0/disksize': '0',
    'block/zram0/mm_stat': '1 1 1',
    'block/zram1/disksize': '8589934592',
    'block/zram1/mm_stat': '409600000 98000000 110000000 0 120000000 5 0 0 0\n',
  })
  expect(await readZram(sys.root)).toEqual({ originalBytes: 409600000, compressedBytes: 110000000 })
  expect(await readZram('/nowhere')).toBeNull()
})

describe('container limits', () => {
  const host = { cpuCount: 8, memoryBytes: 32 * 2 ** 30 }
  test('version 2: the tightest of all above; one above the host limits nothing', async () => {
    using world = tree({
      'proc/self/cgroup': '0::/a/b\n',
      'sys/fs/cgroup/a/b/memory.max': '8589934592',
      'sys/fs/cgroup/a/memory.max': '4294967296',
      'sys/fs/cgroup/a/b/cpu.max': 'max 100000',
      'sys/fs/cgroup/a/cpu.max': '150000 100000',
    })
    const read = () => readLimits(path.join(world.root, 'proc'), path.join(world.root, 'sys'), host)
    expect(await read()).toEqual({ cpuCount: 1.5, memoryBytes: 4294967296 })
    world.write({
      'sys/fs/cgroup/a/memory.max': 'max',
      'sys/fs/cgroup/a/b/memory.max': `${2 ** 40}`,
    })
    expect(await read()).toEqual({ cpuCount: 1.5, memoryBytes: null })
  })

  test('version 1 inside a container sees its limits at the root; its "no limit" is near 2^63', async () => {
    using world = tree({
      'proc/self/cgroup': '4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '536870912',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
    })
    const read = () => readLimits(path.join(world.root, 'proc'), path.join(world.root, 'sys'), host)
    expect(await read()).toEqual({ cpuCount: null, memoryBytes: 536870912 })
    world.write({ 'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712' })
    expect(await read()).toEqual({ cpuCount: null, memoryBytes: null })
  })

  test('missing controllers limit nothing', async () => {
    expect(await readLimits('/nowhere', '/nowhere', host)).toEqual({
      cpuCount: null,
      memoryBytes: null,
    })
  })
})

describe('where we run', () => {
  test('a virtual machine by firmware, by WSL, by flag alone; a real one by nothing', async () => {
    using kvm = tree({ 'class/dmi/id/sys_vendor': 'QEMU', 'class/dmi/id/product_name': 'KVM' })
    using wsl = tree({ 'sys/kernel/osrelease': '5.15.90.1-microsoft-standard-WSL2' })
    using flag = tree({ cpuinfo: 'processor : 0\nflags\t\t: fpu hypervisor lahf_lm\n' })
    using real = tree({ cpuinfo: 'processor : 0\nflags\t\t: fpu vmx\n' })
    expect(await readVirtualMachine('/nowhere', kvm.root)).toBe('KVM')
    expect(await readVirtualMachine(wsl.root, '/nowhere')).toBe('WSL')
    expect(await readVirtualMachine(flag.root, '/nowhere')).toBe('unnamed hypervisor')
    expect(await readVirtualMachine(real.root, '/nowhere')).toBeNull()
  })

  test('a container by its marks, unless the namespaces are the first of the kernel', async () => {
    using podman = tree({ 'run/.containerenv': '' })
    using nspawn = tree({ 'run/systemd/container': 'systemd-nspawn\n' })
    using image = tree({
      '.dockerenv': '',
      'proc/self/ns/pid': '-> pid:[4026531836]',
      'proc/self/ns/uts': '-> uts:[4026531838]',
      'proc/self/ns/ipc': '-> ipc:[4026531839]',
    })
    using docker = tree({ '.dockerenv': '', 'proc/self/ns/pid': '-> pid:[4026532200]' })
    const kind = (root: string) => readContainer(path.join(root, 'proc'), root)
    expect(await kind(podman.root)).toBe('podman')
    expect(await kind(nspawn.root)).toBe('systemd-nspawn')
    expect(await kind(image.root)).toBeNull()
    expect(await kind(docker.root)).toBe('docker')
    expect(await kind('/nowhere')).toBeNull()
  })
})
