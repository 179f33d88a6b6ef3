import { Gpus } from '../../gpu/gpus.ts'
import type { ReadResult } from '../../read-result.ts'
import { bytesOf } from '../../struct-bytes.ts'
import { interfaceRow, interfaceTable, processorEntry } from '../byte-rig.ts'
import { CounterReadings } from './counter-readings.ts'
import type { DiskCalls, OpenDevice } from './disk-calls.ts'
import type { MachineCalls } from './machine-calls.ts'
import type { RegistryValue, Registry, RegistryRoot } from '../registry.ts'
import { REG } from '../registry.ts'
import type { WindowsWorld } from './windows-machine.ts'

/** For tests: a Windows that answers bytes, whole or failing. */

const ok = <T>(value: T): ReadResult<T> => ({ kind: 'ok', value })

export function fakeCalls(over: Partial<MachineCalls> = {}): MachineCalls {
  return {
    processorTimes: () =>
      ok([processorEntry({ idle: 60n, kernel: 80n, user: 20n, interrupts: 3 })]),
    systemCounters: () => ok(bytesOf(344, [[0x128, 'u32', 1234]])),
    pagingFiles: () =>
      ok(
        bytesOf(0x40, [
          [4, 'u32', 1000],
          [8, 'u32', 250],
        ]),
      ),
    memoryStatus: () =>
      ok(
        bytesOf(64, [
          [0x08, 'u64', 16_000n],
          [0x10, 'u64', 9000n],
          [0x18, 'u64', 20_000n],
          [0x20, 'u64', 12_000n],
        ]),
      ),
    performanceInformation: () =>
      ok(
        bytesOf(104, [
          [0x08, 'u64', 2n],
          [0x10, 'u64', 5n],
          [0x30, 'u64', 1n],
          [0x50, 'u64', 4096n],
        ]),
      ),
    powerStatus: () =>
      ok(
        bytesOf(12, [
          [1, 'u8', 1],
          [2, 'u8', 57],
          [4, 'u32', 5400],
        ]),
      ),
    batteryState: () =>
      ok(
        bytesOf(32, [
          [1, 'u8', 1],
          [16, 'i32', -9000],
        ]),
      ),
    processorPower: () =>
      ok(
        bytesOf(24, [
          [4, 'u32', 3000],
          [8, 'u32', 2000],
        ]),
      ),
    version: () =>
      ok(
        bytesOf(276, [
          [4, 'u32', 10],
          [12, 'u32', 22_631],
        ]),
      ),
    processorRelations: () => ({ kind: 'unsupported' }),
    firmwareTables: () => ({ kind: 'denied' }),
    ...over,
  }
}

/** Disk 0 with drive C:, a card reader without a card as disk 1, and a share that answers when it is let to. */
export function fakeDisks(shareAnswers: Promise<void> = Promise.resolve()): DiskCalls & {
  unplug: () => void
  open0: () => number
} {
  let unplugged = false
  let opened = 0
  const device = (works: boolean): OpenDevice => ({
    performance: () =>
      !works || unplugged
        ? { kind: 'unsupported' }
        : ok(
            bytesOf(88, [
              [0, 'i64', 500n],
              [8, 'i64', 600n],
            ]),
          ),
    describe: async (question) => {
      if (question === 'extents')
        return bytesOf(32, [
          [0, 'u32', 1],
          [8, 'u32', 0],
        ])
      if (question === 'temperature')
        return bytesOf(40, [
          [12, 'u16', 1],
          [26, 'u16', 38],
        ])
      // SATA, without a name.
      if (question === 'device') return bytesOf(40, [[0x1c, 'u32', 11]])
      return question === 'seek penalty' ? bytesOf(12, []) : null
    },
    close: () => {
      opened--
    },
  })
  return {
    open(name) {
      if (!['PhysicalDrive0', 'PhysicalDrive1', 'C:'].includes(name)) return { kind: 'gone' }
      if (unplugged && name === 'PhysicalDrive0') return { kind: 'gone' }
      opened++
      return ok(device(name !== 'PhysicalDrive1'))
    },
    drives: () => [
      { letter: 'C:', kind: 'fixed' },
      { letter: 'D:', kind: 'removable' },
      { letter: 'N:', kind: 'network' },
    ],
    async volume(letter) {
      if (letter === 'D:') return null
      if (letter === 'N:') await shareAnswers
      const sizes = { totalBytes: 1000, freeBytes: 400, availableBytes: 300 }
      return { type: 'NTFS', label: letter === 'C:' ? 'System' : '', readOnly: false, ...sizes }
    },
    unplug: () => {
      unplugged = true
    },
    open0: () => opened,
  }
}

const HARDWARE = 1
const FILTER = 2

export function fakeInterfaces() {
  const rows = [
    { index: 7, alias: 'Ethernet', type: 6, flags: HARDWARE, received: 100n, sent: 50n },
    { index: 8, alias: 'Ethernet-WFP', type: 6, flags: HARDWARE | FILTER, received: 100n },
    { index: 9, alias: 'vEthernet (WSL)', type: 6, received: 9n },
    { index: 1, alias: 'Loopback', type: 24, received: 5n },
    { index: 10, alias: 'WAN Miniport', type: 23, up: false },
  ]
  const gone = new Set<number>()
  return {
    table: async () => ok(interfaceTable(rows.map(interfaceRow))),
    row: (index: number): ReadResult<Buffer> => {
      const row = rows.find((one) => one.index === index && !gone.has(index))
      return row === undefined ? { kind: 'gone' } : ok(interfaceRow(row))
    },
    remove: (index: number) => gone.add(index),
  }
}

/** Keys by path, each with its values. What is written is kept. `denied` are not written, `hidden` not read. */
export function fakeRegistry(
  content: Record<string, Record<string, RegistryValue>>,
  { denied = [], hidden = [] }: { denied?: readonly string[]; hidden?: readonly string[] } = {},
): Registry {
  const pathOf = (root: RegistryRoot, key: string) => `${root}\\${key}`
  return {
    values(root, key) {
      if (hidden.includes(pathOf(root, key))) return { kind: 'denied' }
      const found = content[pathOf(root, key)]
      return found === undefined ? { kind: 'gone' } : ok(Object.values(found))
    },
    keys(root, key) {
      const start = `${pathOf(root, key)}\\`
      const below = Object.keys(content).filter((one) => one.startsWith(start))
      return ok([...new Set(below.map((one) => one.slice(start.length).split('\\')[0] ?? ''))])
    },
    write(root, key, value) {
      const place = pathOf(root, key)
      if (denied.includes(place)) return { kind: 'denied' }
      content[place] = { ...content[place], [value.name]: value }
      return ok(null)
    },
  }
}

export const registryEntry = {
  text: (name: string, text: string, type: number = REG.text): RegistryValue => ({
    name,
    type,
    bytes: Buffer.from(`${text}\0`, 'utf16le'),
  }),
  long: (name: string, number: bigint): RegistryValue => ({
    name,
    type: REG.longNumber,
    bytes: bytesOf(8, [[0, 'u64', number]]),
  }),
}

export function fakeWindows(over: Partial<WindowsWorld> = {}): WindowsWorld {
  return {
    calls: fakeCalls(),
    disks: fakeDisks(),
    drives: null,
    interfaces: fakeInterfaces(),
    registry: fakeRegistry({}),
    gpus: new Gpus([], 'No graphics card was found.'),
    counters: new CounterReadings(() => null),
    elevated: false,
    addresses: () => ({}),
    ...over,
  }
}
