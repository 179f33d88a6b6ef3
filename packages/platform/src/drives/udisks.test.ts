import { expect, test } from 'vitest'
import { DBusError, NoBusError, type Bus } from '../dbus/dbus-connection.ts'
import type { DBusValue } from '../dbus/dbus-values.ts'
import { udisks } from './udisks.ts'

const UDISKS = 'org.freedesktop.UDisks2'
const DRIVE = '/org/freedesktop/UDisks2/drives/T123'

const map = (entries: Record<string, DBusValue>): Map<DBusValue, DBusValue> =>
  new Map(Object.entries(entries))

/** A bus with the daemon on it, which knows one drive by these interfaces. */
function busWith(
  interfaces: Record<string, DBusValue>,
  attributes: DBusValue | Error = new DBusError(`${UDISKS}.Error.Failed`, 'No SMART data'),
) {
  const asked: string[] = []
  const bus: Bus = {
    async call({ member, path, interface: from }) {
      asked.push(member)
      if (member === 'NameHasOwner') return [true]
      if (member === 'GetManagedObjects') {
        return [
          map({
            '/org/freedesktop/UDisks2/Manager': map({}),
            '/org/freedesktop/UDisks2/block_devices/sda': map({
              [`${UDISKS}.Block`]: map({ Drive: DRIVE, Size: 1 }),
            }),
            '/org/freedesktop/UDisks2/block_devices/zram0': map({
              [`${UDISKS}.Block`]: map({ Drive: '/' }),
            }),
            [DRIVE]: map({ [`${UDISKS}.Drive`]: map({ Serial: 'T123' }), ...interfaces }),
          }),
        ]
      }
      expect([member, path, Object.keys(interfaces)]).toEqual(['SmartGetAttributes', DRIVE, [from]])
      if (attributes instanceof Error) throw attributes
      return [attributes]
    },
    onSignal() {},
    [Symbol.dispose]() {},
  }
  return { daemon: udisks(() => Promise.resolve(bus)), asked }
}

const ATA = {
  SmartSupported: true,
  SmartEnabled: true,
  SmartUpdated: 1_700_000_000,
  SmartFailing: false,
  SmartTemperature: 311.15,
  SmartPowerOnSeconds: 126_000_000,
  SmartNumBadSectors: 24,
}
const ata = (change: Record<string, DBusValue> = {}) => ({
  [`${UDISKS}.Drive.Ata`]: map({ ...ATA, ...change }),
})

/** id, name, flags, value, worst, threshold, pretty, unit, more */
const row = (id: number, value: number, limit: number, pretty: number, flags = 0x32) => [
  id,
  `attribute-${id}`,
  flags,
  value,
  value,
  limit,
  pretty,
  1,
  map({}),
]

test('a hard disk: its verdict, and what its attributes count', async () => {
  const { daemon } = busWith(ata(), [
    row(5, 90, 10, 8, 0x33),
    row(9, 60, 0, 126_000_000_000),
    row(12, 99, 0, 900),
    row(187, 98, 0, 2),
    row(194, 62, 0, 311_150),
    row(197, 100, 0, 16),
    row(233, 50, 0, 1),
  ])
  expect(await daemon.ask('sda', true)).toEqual({
    state: 'told',
    atMs: 1_700_000_000_000,
    facts: {
      protocol: 'ata',
      passed: true,
      complaints: [],
      failingAttributes: [],
      temperatureCelsius: 38,
      powerOnHours: 35_000,
      powerCycles: 900,
      mediaErrors: 2,
      reallocatedSectors: 8,
      pendingSectors: 16,
      usedPercent: null,
      sparePercent: null,
      spareThresholdPercent: null,
      unsafeShutdowns: null,
      readBytes: null,
      writtenBytes: null,
    },
  })
})

test('a disk that fails names the attribute; what nobody knows is not 0', async () => {
  const { daemon } = busWith(
    ata({ SmartFailing: true, SmartTemperature: 0, SmartPowerOnSeconds: 0 }),
    [row(5, 4, 10, 4000, 0x33)],
  )
  expect(await daemon.ask('sda', true)).toMatchObject({
    facts: {
      passed: false,
      complaints: ['failing_attribute'],
      failingAttributes: ['reallocated sectors'],
      temperatureCelsius: null,
      powerOnHours: null,
      pendingSectors: null,
    },
  })
})

test('a solid-state disk tells its wear; without attributes the verdict is left', async () => {
  expect(await busWith(ata(), [row(177, 91, 0, 5)]).daemon.ask('sda', false)).toMatchObject({
    facts: { usedPercent: 9 },
  })
  expect(await busWith(ata()).daemon.ask('sda', false)).toMatchObject({
    facts: { passed: true, temperatureCelsius: 38, usedPercent: null, reallocatedSectors: null },
  })
})

test.each([
  ['without reports', { SmartSupported: false }, { state: 'not_reported' }],
  ['switched off', { SmartEnabled: false }, { state: 'off' }],
  ['not read yet', { SmartUpdated: 0 }, null],
])('a drive %s', async (_, change, expected) => {
  const { daemon, asked } = busWith(ata(change))
  expect(await daemon.ask('sda', true)).toEqual(expected)
  expect(asked).not.toContain('SmartGetAttributes')
})

const nvme = {
  [`${UDISKS}.NVMe.Controller`]: map({
    SmartUpdated: 1_700_000_000,
    SmartCriticalWarning: ['temperature', 'spare'],
    SmartTemperature: 340,
    SmartPowerOnHours: 9001,
  }),
}

test('an NVMe drive, by its controller', async () => {
  const { daemon } = busWith(
    nvme,
    map({
      avail_spare: 4,
      spare_thresh: 10,
      percent_used: 104,
      power_cycles: 812,
      total_data_read: 0,
      total_data_written: 5_120_000_000_000,
      media_errors: 3,
      unsafe_shutdowns: 21,
    }),
  )
  expect(await daemon.ask('sda', false)).toMatchObject({
    facts: {
      protocol: 'nvme',
      passed: false,
      complaints: ['temperature', 'spare_used_up'],
      temperatureCelsius: 67,
      sparePercent: 4,
      spareThresholdPercent: 10,
      usedPercent: 104,
      powerOnHours: 9001,
      powerCycles: 812,
      unsafeShutdowns: 21,
      mediaErrors: 3,
      readBytes: null,
      writtenBytes: 5_120_000_000_000,
    },
  })
  expect(await busWith(nvme).daemon.ask('sda', false)).toMatchObject({
    facts: { passed: false, powerOnHours: 9001, sparePercent: null, mediaErrors: null },
  })
})

test('nothing is known of a disk without a drive, of an unknown one, and of a drive without health', async () => {
  expect(await busWith(ata()).daemon.ask('zram0', false)).toBe(null)
  expect(await busWith(ata()).daemon.ask('sdz', true)).toBe(null)
  expect(await busWith({}).daemon.ask('sda', true)).toBe(null)
})

test('a daemon that does not run is not started, and a bus that is not there is no error', async () => {
  const asked: string[] = []
  const bus: Bus = {
    call: async ({ member }) => (asked.push(member), [false]),
    onSignal() {},
    [Symbol.dispose]() {},
  }
  expect(await udisks(() => Promise.resolve(bus)).ask('sda', true)).toBe(null)
  expect(asked).toEqual(['NameHasOwner'])
  const none = udisks(() => Promise.reject(new NoBusError('no socket')))
  expect(await none.ask('sda', true)).toBe(null)
})
