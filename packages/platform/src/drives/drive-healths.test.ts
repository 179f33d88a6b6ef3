import path from 'node:path'
import { expect, test } from 'vitest'
import { readBlockDevices } from '../linux/block-devices.ts'
import { tree } from '../tree-rig.ts'
import { UnansweredCalls } from '../unanswered-calls.ts'
import { ATA } from './ata-commands.ts'
import type { DriveDoor } from './drive-door.ts'
import { NO_FACTS } from './drive-health.ts'
import { DriveHealths } from './drive-healths.ts'
import {
  ACTIVE,
  ataDrive,
  FAILING,
  fakeDoor,
  identifyBlock,
  nvmeDrive,
  nvmePage,
  PASSED,
  registers,
  smartBlocks,
  statisticsPage,
  type AtaScript,
} from './drive-rig.ts'
import { linuxManners } from './linux-manners.ts'
import type { DriveDaemon } from './udisks.ts'

const SDA = 'devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda'
const USB = 'devices/pci0000:00/0000:00:14.0/usb1/1-1/host1/target1:0:0/1:0:0:0/block/sdb'

/** A hard disk, an NVMe drive, an SSD behind a USB adapter and a virtual disk. */
const machine = () =>
  tree({
    'block/sda': `-> ../${SDA}`,
    [`${SDA}/device/vendor`]: 'ATA     \n',
    [`${SDA}/device/model`]: 'ST2000DM008\n',
    [`${SDA}/queue/rotational`]: '1\n',
    'block/nvme0n1/device/model': 'Some NVMe\n',
    'block/nvme0n1/queue/rotational': '0\n',
    'block/sdb': `-> ../${USB}`,
    [`${USB}/device/vendor`]: 'ATA     \n',
    [`${USB}/queue/rotational`]: '0\n',
    'block/vda/device/vendor': '0x1af4\n',
  })

function watch(
  root: string,
  door: DriveDoor | null,
  answerWithinMs = 60_000,
  daemon: DriveDaemon | null = null,
  calls = new UnansweredCalls(),
) {
  const now = { ms: 0 }
  const errors: unknown[] = []
  const healths = new DriveHealths({
    manners: linuxManners(root),
    clock: { monotonicMs: () => now.ms, epochMs: () => 1_000_000 + now.ms },
    door,
    daemon,
    onError: (error) => errors.push(error),
    answerWithinMs,
    calls,
  })
  const devices = () => new Map(readBlockDevices(root).map((device) => [device.id, device]))
  const poll = () => healths.poll(devices())
  const health = (id: string) => {
    const device = devices().get(id)
    return device === undefined ? null : healths.get(device)
  }
  return { healths, health, poll, now, errors }
}

const { data, limits } = smartBlocks([
  { id: 5, value: 100, raw: 8, limit: 10, prefailure: true },
  { id: 9, value: 60, raw: 35_000 },
  { id: 12, raw: 900 },
  { id: 187, raw: 2 },
  { id: 194, value: 62, raw: 0x1e_0014_0026 },
  { id: 197, raw: 16 },
])
const HARD_DISK: AtaScript = {
  power: ACTIVE,
  identify: identifyBlock(),
  status: PASSED,
  data,
  limits,
}

test('each sort of drive is asked in its own language, and the others are left alone', async () => {
  using tmp = machine()
  const { door, log } = fakeDoor({ sda: ataDrive(HARD_DISK), nvme0n1: nvmeDrive(nvmePage()) })
  const { healths, health, poll, errors } = watch(tmp.root, door)
  expect(health('sda')).toBe(null)
  await poll()
  expect(health('nvme0n1')).toMatchObject({ state: 'told', factsAtMs: 1_000_000 })
  expect(health('sda')?.facts).toMatchObject({
    protocol: 'ata',
    passed: true,
    temperatureCelsius: 38,
    powerOnHours: 35_000,
    powerCycles: 900,
    mediaErrors: 2,
    reallocatedSectors: 8,
    pendingSectors: 16,
    usedPercent: null,
    unsafeShutdowns: null,
  })
  expect(health('sdb')).toEqual({ state: 'not_reported', facts: null, factsAtMs: null })
  expect(health('vda')?.state).toBe('not_reported')
  expect(log.opened.toSorted()).toEqual(['nvme0n1', 'sda'])
  expect(healths.capability()).toEqual({ available: true, reason: null })
  expect(log.closed).toBe(2)
  expect(errors).toEqual([])
})

test('a disk that sleeps is not woken, and keeps what it said before', async () => {
  using tmp = machine()
  const sda = ataDrive(HARD_DISK)
  const { door } = fakeDoor({ sda })
  const { health, poll, now } = watch(tmp.root, door)
  await poll()
  now.ms = 3_600_000
  sda.asked.length = 0
  Object.assign(sda, ataDrive({ ...HARD_DISK, power: registers({ count: 0 }) }))
  await poll()
  expect(health('sda')).toMatchObject({
    state: 'asleep',
    factsAtMs: 1_000_000,
    facts: { reallocatedSectors: 8 },
  })
})

test('of a sleeping disk only the question whether it sleeps is asked', async () => {
  using tmp = machine()
  const sda = ataDrive({ ...HARD_DISK, power: registers({ count: 1 }) })
  const { door } = fakeDoor({ sda })
  const { poll } = watch(tmp.root, door)
  await poll()
  expect(sda.asked).toEqual([ATA.checkPowerMode.command])
})

test('a hard disk of which nobody can tell whether it sleeps is left alone', async () => {
  using tmp = machine()
  const sda = ataDrive({ ...HARD_DISK, power: null })
  const { door } = fakeDoor({ sda })
  const { health, poll } = watch(tmp.root, door)
  await poll()
  expect(sda.asked).toEqual([ATA.checkPowerMode.command])
  expect(health('sda')?.state).toBe('not_reported')
})

test('a device that the kernel has suspended is not even opened', async () => {
  using tmp = machine()
  tmp.write({ [`${SDA}/device/power/runtime_status`]: 'suspended\n' })
  const { door, log } = fakeDoor({ sda: ataDrive(HARD_DISK) })
  const { health, poll } = watch(tmp.root, door)
  await poll()
  expect(health('sda')?.state).toBe('asleep')
  expect(log.opened).not.toContain('sda')
})

test('an SSD tells its wear and its traffic where it keeps device statistics', async () => {
  using tmp = machine()
  tmp.write({ [`${SDA}/queue/rotational`]: '0\n' })
  const directory = Buffer.alloc(512)
  directory.writeUInt16LE(1, 0)
  directory.writeUInt16LE(8, 8)
  const sda = ataDrive({
    ...HARD_DISK,
    identify: identifyBlock({ 217: 1, 106: 0x5000, 117: 2048, 118: 0 }),
    ...smartBlocks([
      { id: 177, value: 91 },
      { id: 174, raw: 33 },
    ]),
    logs: {
      '0/0': directory,
      '4/1': statisticsPage(1, { 8: 12, 16: 4321, 24: 1_000_000, 40: 3_000_000 }),
      '4/7': statisticsPage(7, { 8: 11 }),
    },
  })
  const { door } = fakeDoor({ sda })
  const { health, poll } = watch(tmp.root, door)
  await poll()
  expect(health('sda')?.facts).toMatchObject({
    usedPercent: 11,
    powerCycles: 12,
    powerOnHours: 4321,
    unsafeShutdowns: 33,
    writtenBytes: 4_096_000_000,
    readBytes: 12_288_000_000,
  })
})

test('without device statistics the wear comes from the attribute that makers use for it', async () => {
  using tmp = machine()
  tmp.write({ [`${SDA}/queue/rotational`]: '0\n' })
  const sda = ataDrive({
    ...HARD_DISK,
    identify: identifyBlock({ 217: 1 }),
    ...smartBlocks([{ id: 177, value: 91 }]),
  })
  const { door } = fakeDoor({ sda })
  const { health, poll } = watch(tmp.root, door)
  await poll()
  expect(health('sda')?.facts).toMatchObject({ usedPercent: 9, writtenBytes: null })
})

test('a failing disk says which limit it passed; one without a status is judged by its limits', async () => {
  using tmp = machine()
  const broken = smartBlocks([
    { id: 5, value: 4, raw: 900, limit: 10, prefailure: true },
    { id: 9, value: 1, raw: 90_000, limit: 1 },
  ])
  const sda = ataDrive({ ...HARD_DISK, ...broken, status: FAILING })
  const { door } = fakeDoor({ sda })
  const { health, poll, now } = watch(tmp.root, door)
  await poll()
  const failing = {
    passed: false,
    complaints: ['failing_attribute', 'aged_attribute'],
    failingAttributes: ['reallocated sectors', 'attribute 9'],
  }
  expect(health('sda')?.facts).toMatchObject(failing)
  Object.assign(sda, ataDrive({ ...HARD_DISK, ...broken, status: null }))
  now.ms = 3_600_000
  await poll()
  expect(health('sda')?.facts).toMatchObject(failing)
})

test.each([
  ['off', identifyBlock({ 85: 0 }), 'off'],
  ['missing', identifyBlock({ 82: 0, 85: 0 }), 'not_reported'],
  ['not readable', Buffer.alloc(512), 'failed'],
])('health reports that are %s', async (_, identify, state) => {
  using tmp = machine()
  const { door } = fakeDoor({ sda: ataDrive({ ...HARD_DISK, identify }) })
  const { health, poll } = watch(tmp.root, door)
  await poll()
  expect(health('sda')?.state).toBe(state)
})

test('attributes that are damaged on their way are not believed', async () => {
  using tmp = machine()
  const damaged = Buffer.from(data)
  damaged.writeUInt8(77, 7)
  const { door } = fakeDoor({ sda: ataDrive({ ...HARD_DISK, data: damaged }) })
  const { health, poll } = watch(tmp.root, door)
  await poll()
  expect(health('sda')?.facts).toMatchObject({ passed: true, reallocatedSectors: null })
})

const errno = (code: string, number: number) =>
  Object.assign(new Error(code), { code, errno: -number })

test.each([
  ['EACCES', 13, 'not_permitted'],
  ['EPERM', 1, 'not_permitted'],
  ['ENXIO', 6, 'failed'],
  ['ENOENT', 2, 'not_reported'],
  ['EMFILE', 24, 'failed'],
])('a drive that cannot be opened for %s', async (code, number, state) => {
  using tmp = machine()
  const door = { open: () => Promise.reject(errno(code, number)) }
  const { healths, health, poll, errors } = watch(tmp.root, door)
  await poll()
  expect(health('nvme0n1')?.state).toBe(state)
  expect(healths.capability()).toMatchObject({ available: false })
  expect(errors).toEqual([])
})

test('without a way to ask that is said, of drives that would have answered', async () => {
  using tmp = machine()
  const { health, poll } = watch(tmp.root, null)
  await poll()
  expect(health('sda')?.state).toBe('not_supported')
  expect(health('vda')?.state).toBe('not_reported')
})

test('a bug in between is told once, and the other drives are asked', async () => {
  using tmp = machine()
  const { door } = fakeDoor({
    nvme0n1: { nvmeLog: () => Promise.reject(new TypeError('a bug')) },
    sda: ataDrive(HARD_DISK),
  })
  const { health, poll, errors } = watch(tmp.root, door)
  await poll()
  expect(errors).toEqual([new TypeError('a bug')])
  expect(health('nvme0n1')?.state).toBe('failed')
  expect(health('sda')?.state).toBe('told')
})

test('a drive that hangs holds up no other, is not asked again, and tells when it comes back', async () => {
  using tmp = machine()
  const { promise: hangs, resolve: comeBack } = Promise.withResolvers<void>()
  let questions = 0
  const { door } = fakeDoor({
    nvme0n1: {
      nvmeLog: async () => {
        questions++
        await hangs
        return { kind: 'ok', value: nvmePage() }
      },
    },
    sda: ataDrive(HARD_DISK),
  })
  const { health, poll, now } = watch(tmp.root, door, 1)
  await poll()
  expect(health('nvme0n1')?.state).toBe('no_answer')
  expect(health('sda')?.state).toBe('told')
  now.ms = 3_600_000
  await poll()
  expect(questions).toBe(1)
  comeBack()
  await expect.poll(() => health('nvme0n1')?.state).toBe('told')
})

test('solid-state drives are asked each ten minutes, hard disks each hour, new ones at once', async () => {
  using tmp = machine()
  const { door, log } = fakeDoor({ sda: ataDrive(HARD_DISK), nvme0n1: nvmeDrive(nvmePage()) })
  const { poll, now } = watch(tmp.root, door)
  await poll()
  expect(poll()).toBe(null)
  now.ms = 600_000
  log.opened.length = 0
  await poll()
  expect(log.opened).toEqual(['nvme0n1'])
  tmp.write({ [path.join('block/nvme1n1/device/model')]: 'Another\n' })
  await poll()
  expect(log.opened).toEqual(['nvme0n1', 'nvme1n1'])
})

test('where a drive may not be opened, what the daemon of the desktop read of it counts, with its time', async () => {
  using tmp = machine()
  const asked: [string, boolean][] = []
  const daemon: DriveDaemon = {
    ask: async (id, isRotating) => {
      asked.push([id, isRotating])
      if (id !== 'sda') return null
      const facts = { ...NO_FACTS, protocol: 'ata', passed: true } as const
      return { state: 'told', facts, atMs: 7000 }
    },
  }
  const door = { open: () => Promise.reject(errno('EACCES', 13)) }
  const { healths, health, poll } = watch(tmp.root, door, 60_000, daemon)
  await poll()
  expect(health('sda')).toMatchObject({
    state: 'told',
    factsAtMs: 7000,
    facts: { passed: true },
  })
  expect(health('nvme0n1')?.state).toBe('not_permitted')
  expect(asked).toHaveLength(2)
  expect(asked).toEqual(
    expect.arrayContaining([
      ['nvme0n1', false],
      ['sda', true],
    ]),
  )
  expect(healths.capability()).toEqual({ available: true, reason: null })
})

test('a drive in the place of another has nothing of its verdict, and is asked at once', async () => {
  using tmp = machine()
  tmp.write({ [`${SDA}/diskseq`]: '3\n' })
  const { door, log } = fakeDoor({ sda: ataDrive({ ...HARD_DISK, status: FAILING }) })
  const { health, poll } = watch(tmp.root, door)
  await poll()
  expect(health('sda')?.facts?.passed).toBe(false)
  tmp.write({ [`${SDA}/diskseq`]: '4\n' })
  expect(health('sda')).toBe(null)
  log.opened.length = 0
  await poll()
  expect(log.opened).toEqual(['sda'])
})

test('what the drive before says late is not said of the one in its place', async () => {
  using tmp = machine()
  tmp.write({ 'block/nvme0n1/wwid': 'eui.old\n' })
  const { promise: hangs, resolve: comeBack } = Promise.withResolvers<void>()
  const pages = [
    async () => {
      await hangs
      return { kind: 'ok', value: nvmePage({ warning: 4 }) } as const
    },
    async () => ({ kind: 'ok', value: nvmePage() }) as const,
  ]
  const { door } = fakeDoor({
    nvme0n1: { nvmeLog: async () => (await pages.shift()?.()) ?? { kind: 'failed' } },
  })
  const { health, poll } = watch(tmp.root, door, 1)
  await poll()
  expect(health('nvme0n1')?.state).toBe('no_answer')
  tmp.write({ 'block/nvme0n1/wwid': 'eui.new\n' })
  await poll()
  expect(health('nvme0n1')?.facts?.passed).toBe(true)
  comeBack()
  await hangs
  await new Promise((resolve) => setImmediate(resolve))
  expect(health('nvme0n1')?.facts?.passed).toBe(true)
})

test('while two network mounts hang no drive is asked, and it is when one of them is back', async () => {
  using tmp = machine()
  const { door, log } = fakeDoor({ sda: ataDrive(HARD_DISK), nvme0n1: nvmeDrive(nvmePage()) })
  const calls = new UnansweredCalls()
  const mounts = [calls.begin('far'), calls.begin('far')]
  const { health, poll } = watch(tmp.root, door, 60_000, null, calls)
  await poll()
  expect(log.opened).toEqual([])
  mounts[0]?.()
  await poll()
  expect(health('sda')?.state).toBe('told')
  expect(calls.begin('far')).not.toBe(null)
})
