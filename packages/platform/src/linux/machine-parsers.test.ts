import { describe, expect, test } from 'vitest'
import { ProcParseError } from '../read-result.ts'
import { parseCgroupPaths, parseCpuMax } from './cgroup-limits.ts'
import { parseCpuinfoMhz } from './cpu-frequency.ts'
import { parseCacheSize } from './cpu-topology.ts'
import { parseOsRelease } from './os-release.ts'
import { parseDiskstats } from './parse-diskstats.ts'
import { availableKib, parseMeminfo, parseVmstat } from './parse-meminfo.ts'
import { parseMountinfo } from './parse-mountinfo.ts'
import { parseNetDev } from './parse-net-dev.ts'
import { parseLoadavg, parsePressure } from './parse-pressure.ts'
import { parseProcStat } from './parse-proc-stat.ts'
import { parseCpuList } from './sysfs.ts'
import { parseMmStat } from './zram.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

const STAT = `cpu  2780 7 2731 318212 275 3 52 11 5 0
cpu0 1214 0 1053 159782 20 0 8 4 0 0
cpu3 1566 7 1677 158429 255 3 44 6 5 0
intr 358225 0 0 9 14
ctxt 779755
btime 1795508472
processes 8656
procs_running 4
procs_blocked 1
softirq 165554 0 21528
`

describe('/proc/stat', () => {
  test('has times by CPU with holes in the numbering, and counters', () => {
    const stat = parseProcStat(bytes(STAT))
    expect(stat.total).toEqual({
      user: 2780,
      nice: 7,
      system: 2731,
      idle: 318212,
      iowait: 275,
      irq: 3,
      softirq: 52,
      steal: 11,
      guest: 5,
    })
    expect(stat.cores.map(({ index, idle }) => [index, idle])).toEqual([
      [0, 159782],
      [3, 158429],
    ])
    const { interrupts, contextSwitches, bootTimeSeconds, forks, running, blocked } = stat
    expect({ interrupts, contextSwitches, bootTimeSeconds, forks, running, blocked }).toEqual({
      interrupts: 358225,
      contextSwitches: 779755,
      bootTimeSeconds: 1795508472,
      forks: 8656,
      running: 4,
      blocked: 1,
    })
  })

  test('of an old kernel has only four modes', () => {
    expect(parseProcStat(bytes('cpu  1 2 3 4\n')).total).toMatchObject({ idle: 4, iowait: null })
  })

  test('without the line for all CPUs is refused', () => {
    expect(() => parseProcStat(bytes('cpu0 1 2 3 4\n'))).toThrow(ProcParseError)
  })

  test('does not read on into what an earlier, longer read left behind', () => {
    const stat = bytes('cpu  1 2 3 4 5\ncpu0 1 2 3 4 5\n')
    expect(parseProcStat(stat, 15).cores).toEqual([])
  })
})

test('/proc/meminfo and /proc/vmstat', () => {
  const text = `MemTotal:       24684092 kB
MemFree:        24251148 kB
MemAvailable:   24293596 kB
Buffers:           20868 kB
Cached:           183796 kB
SwapCached:            0 kB
HugePages_Total:       3
Hugepagesize:       2048 kB
`
  expect(parseMeminfo(bytes(text))).toMatchObject({
    MemTotal: 24684092,
    MemAvailable: 24293596,
    Cached: 183796,
    HugePages_Total: 3,
    Hugepagesize: 2048,
    SwapTotal: null,
  })
  const vmstat = 'nr_free_pages 6 \npswpin 12\npswpout 34\npswpoutx 5\noom_kill 2\n'
  expect(parseVmstat(bytes(vmstat))).toEqual({ pswpin: 12, pswpout: 34, oom_kill: 2 })
})

test('a kernel without MemAvailable: free memory and what can be given back', () => {
  const old = 'MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 300 kB\nShmem: 40 kB\n'
  expect(availableKib(parseMeminfo(bytes(old)))).toBe(410)
  expect(availableKib(parseMeminfo(bytes('MemTotal: 1000 kB\n')))).toBeNull()
})

test('/proc/diskstats, with the columns of any kernel, and only of what is wanted', () => {
  const text = `   7       0 loop0 1 0 2 0 0 0 0 0 0 0 0
 254       0 vda 47293 19894 3198674 11965 20748 37694 3109056 5369 1 4668 17817 7770 29 286384 377 2931 105
 259       0 cut 1 2 3
`
  const all = parseDiskstats(bytes(text))
  expect(all.map(({ name }) => name)).toEqual(['loop0', 'vda'])
  expect(parseDiskstats(bytes(text), text.length, (name) => name === 'vda')).toEqual([
    {
      name: 'vda',
      reads: 47293,
      readSectors: 3198674,
      readMs: 11965,
      writes: 20748,
      writeSectors: 3109056,
      writeMs: 5369,
      inFlight: 1,
      busyMs: 4668,
      queueMs: 17817,
    },
  ])
})

test('/proc/net/dev, also where the number touches the colon and a name has one', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  106075     299    0    0    0     0          0         0   106075     299    0    0    0     0       0          0
eth0:1:376709150    9032    1    2    0     0          0         0   601344    6560    3    4    0     0       0          0
  cut: 1 2
`
  expect(parseNetDev(bytes(text))).toEqual([
    {
      name: 'lo',
      recvBytes: 106075,
      recvPackets: 299,
      recvErrors: 0,
      recvDrops: 0,
      sentBytes: 106075,
      sentPackets: 299,
      sentErrors: 0,
      sentDrops: 0,
    },
    {
      name: 'eth0:1',
      recvBytes: 376709150,
      recvPackets: 9032,
      recvErrors: 1,
      recvDrops: 2,
      sentBytes: 601344,
      sentPackets: 6560,
      sentErrors: 3,
      sentDrops: 4,
    },
  ])
})

test('pressure and load averages', () => {
  const text =
    'some avg10=0.00 avg60=12.04 avg300=0.11 total=9754839\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=0\n'
  expect(parsePressure(bytes(text))).toEqual({
    some: { avg10: 0, avg60: 12.04, avg300: 0.11 },
    full: { avg10: 0.5, avg60: 0, avg300: 0 },
  })
  expect(parsePressure(bytes('some avg10=0.00\n'))).toEqual({ some: null, full: null })
  expect(parseLoadavg(bytes('7.59 2.39 0.83 1/100 8630\n'))).toEqual([7.59, 2.39, 0.83])
  expect(parseLoadavg(bytes('7.59'))).toBeNull()
})

test('/proc/self/mountinfo: optional fields, escapes, read-only by either list', () => {
  const text = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
29 26 259:1 / /boot/efi rw,relatime shared:29 master:3 - vfat /dev/nvme0n1p1 rw
31 27 8:0 /sub /media/USB\\040STICK rw,nosuid - exfat /dev/sda ro,utf8
cut 1 2
`
  expect(parseMountinfo(text)).toEqual([
    { device: '254:0', root: '/', mount: '/', readOnly: false, type: 'ext4', source: '/dev/vda' },
    {
      device: '259:1',
      root: '/',
      mount: '/boot/efi',
      readOnly: false,
      type: 'vfat',
      source: '/dev/nvme0n1p1',
    },
    {
      device: '8:0',
      root: '/sub',
      mount: '/media/USB STICK',
      readOnly: true,
      type: 'exfat',
      source: '/dev/sda',
    },
  ])
})

test('small texts', () => {
  expect(parseCpuList('0-3,8\n')).toEqual([0, 1, 2, 3, 8])
  expect(parseCpuList(null)).toEqual([])
  expect(parseCacheSize('48K')).toBe(49152)
  expect(parseCacheSize('x')).toBeNull()
  expect(parseCpuMax('150000 100000')).toBe(1.5)
  expect(parseCpuMax('max 100000')).toBeNull()
  expect(parseMmStat('409600000 98000000 110000000 0 120000000 5 0 0 0')).toEqual({
    originalBytes: 409600000,
    compressedBytes: 110000000,
  })
  expect(parseOsRelease('NAME=Debian\nPRETTY_NAME="Debian \\"12\\""\n')).toBe('Debian "12"')
  expect(parseCgroupPaths('4:memory:/a\n3:cpu,cpuacct:/b\n0::/c\n')).toEqual({
    unified: '/c',
    memory: '/a',
    cpu: '/b',
    pids: null,
    freezer: null,
  })
  const cpuinfo = 'processor\t: 0\ncpu MHz\t\t: 2596.120\n\nprocessor\t: 2\ncpu MHz\t\t: 800.5\n'
  expect(parseCpuinfoMhz(cpuinfo)).toEqual(
    new Map([
      [0, 2596.12],
      [2, 800.5],
    ]),
  )
})
