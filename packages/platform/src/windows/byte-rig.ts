import { bytesOf, type Field } from '../struct-bytes.ts'

/** For tests: what Windows fills in, as Microsoft's headers have it. */

/** One entry of SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION: times in 100 ns, kernel with idle, DPC and interrupts. */
export const processorEntry = (of: {
  idle: bigint
  kernel: bigint
  user: bigint
  dpc?: bigint
  interrupt?: bigint
  interrupts?: number
}): Buffer =>
  bytesOf(0x30, [
    [0x00, 'i64', of.idle],
    [0x08, 'i64', of.kernel],
    [0x10, 'i64', of.user],
    [0x18, 'i64', of.dpc ?? 0n],
    [0x20, 'i64', of.interrupt ?? 0n],
    [0x28, 'u32', of.interrupts ?? 0],
  ])

/** One MIB_IF_ROW2. */
export const interfaceRow = (of: {
  index: number
  alias: string
  type: number
  flags?: number
  up?: boolean
  received?: bigint
  sent?: bigint
  speed?: bigint
  mac?: readonly number[]
}): Buffer => {
  const row = bytesOf(1352, [
    [0x08, 'u32', of.index],
    [0x1c, 'wide', of.alias],
    [0x21e, 'wide', `${of.alias} adapter`],
    [0x420, 'u32', of.mac?.length ?? 0],
    [0x468, 'u32', of.type],
    [0x480, 'u8', of.flags ?? 0],
    [0x484, 'u32', of.up === false ? 2 : 1],
    [0x4a8, 'u64', of.speed ?? 0n],
    [0x4b0, 'u64', of.speed ?? 0n],
    [0x4b8, 'u64', of.received ?? 0n],
    [0x4c0, 'u64', 7n],
    [0x4d0, 'u64', 1n],
    [0x4d8, 'u64', 2n],
    [0x500, 'u64', of.sent ?? 0n],
    [0x508, 'u64', 5n],
  ])
  row.set(of.mac ?? [], 0x424)
  return row
}

/** MIB_IF_TABLE2. */
export function interfaceTable(rows: readonly Buffer[]): Buffer {
  const head = bytesOf(8, [[0, 'u32', rows.length]])
  return Buffer.concat([head, ...rows])
}

/** PDH_FMT_COUNTERVALUE_ITEM_W entries and the names they point to, as they would lie at an address. */
export function counterArray(
  address: number,
  items: readonly { name: string; value: number; status?: number }[],
): Buffer {
  const names: Buffer[] = []
  let at = items.length * 24
  const entries = items.map(({ name, value, status }) => {
    const text = Buffer.from(`${name}\0`, 'utf16le')
    const entry = bytesOf(24, [
      [0x00, 'u64', BigInt(address + at)],
      [0x08, 'u32', status ?? 0],
      [0x10, 'double', value],
    ])
    names.push(text)
    at += text.length
    return entry
  })
  return Buffer.concat([...entries, ...names])
}

type Affinity = readonly [mask: bigint, group: number]
const affinities = (at: number, masks: readonly Affinity[]) =>
  masks.flatMap(([mask, group], index): Field[] => [
    [at + index * 16, 'u64', mask],
    [at + index * 16 + 8, 'u16', group],
  ])

/** One record of SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX. */
export const relation = {
  core: (masks: readonly Affinity[], efficiency = 0): Buffer => place(0, masks, efficiency),
  socket: (masks: readonly Affinity[]): Buffer => place(3, masks, 0),
  node: (node: number, masks: readonly Affinity[]): Buffer =>
    bytesOf(32 + masks.length * 16, [
      [0, 'u32', 1],
      [4, 'u32', 32 + masks.length * 16],
      [8, 'u32', node],
      [30, 'u16', masks.length],
      ...affinities(32, masks),
    ]),
  cache: (level: number, bytes: number): Buffer =>
    bytesOf(56, [
      [0, 'u32', 2],
      [4, 'u32', 56],
      [8, 'u8', level],
      [12, 'u32', bytes],
      [38, 'u16', 1],
    ]),
}

const place = (kind: number, masks: readonly Affinity[], efficiency: number): Buffer =>
  bytesOf(32 + masks.length * 16, [
    [0, 'u32', kind],
    [4, 'u32', 32 + masks.length * 16],
    [9, 'u8', efficiency],
    [30, 'u16', masks.length],
    ...affinities(32, masks),
  ])

/** What GetSystemFirmwareTable('RSMB') fills in: a head of 8 bytes, then structures each with its strings. */
export function firmwareTables(
  structures: readonly { type: number; fields: Buffer; strings?: readonly string[] }[],
): Buffer {
  const parts = structures.map(({ type, fields, strings = [] }) => {
    fields.writeUInt8(type, 0)
    fields.writeUInt8(fields.length, 1)
    const texts = strings.length === 0 ? '\0' : strings.map((text) => `${text}\0`).join('')
    return Buffer.concat([fields, Buffer.from(`${texts}\0`, 'latin1')])
  })
  return Buffer.concat([Buffer.alloc(8), ...parts])
}
