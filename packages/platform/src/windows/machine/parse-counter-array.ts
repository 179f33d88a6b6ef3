import { cleanName } from '../../text/clean.ts'
import { pointerAt, utf16Until } from '../utf16.ts'

/** Size of one PDH_FMT_COUNTERVALUE_ITEM_W, bytes. */
const ITEM_SIZE = 24

/**
 * Values of a counter by instance; what has no value just now is left out, and instances of one name are added up.
 * Source: PdhGetFormattedCounterArrayW with PDH_FMT_DOUBLE: items, and behind them the names they point to.
 * @param address where the buffer is in memory, which the pointers count from
 */
export function parseCounterArray(
  bytes: Buffer,
  address: number,
  count: number,
): Map<string, number> {
  const values = new Map<string, number>()
  for (let item = 0; item < count; item++) {
    const at = item * ITEM_SIZE
    if (at + ITEM_SIZE > bytes.length) break
    const status = bytes.readUInt32LE(at + 8)
    if (status !== VALID_DATA && status !== NEW_DATA) continue
    const value = bytes.readDoubleLE(at + 16)
    const name = nameAt(bytes, pointerAt(bytes, at) - address)
    if (name === null || !Number.isFinite(value) || value < 0) continue
    values.set(name, (values.get(name) ?? 0) + value)
  }
  return values
}

// Source: PDH_CSTATUS_VALID_DATA, PDH_CSTATUS_NEW_DATA of pdhmsg.h.
const VALID_DATA = 0
const NEW_DATA = 1
const MOST_NAME = 512

/** null: the pointer leads out of the buffer. */
const nameAt = (bytes: Buffer, offset: number) =>
  offset < 0 || offset >= bytes.length
    ? null
    : cleanName(utf16Until(bytes, offset, Math.min(bytes.length, offset + MOST_NAME)))

/** Where an instance of the GPU counters belongs. */
export interface GpuInstance {
  /** null: it is of the whole adapter. */
  pid: number | null
  /** The adapter for as long as the machine runs: high and low half, `0x00000000_0x0000c2f2`. */
  luid: string
  /** Sort of engine as the driver calls it: `3D`, `Copy`, `VideoDecode`; null in memory counters. */
  engine: string | null
  /** Number of the engine; null in memory counters. */
  engineIndex: number | null
}

const INSTANCE =
  /^(?:pid_(?<pid>\d{1,10})_)?luid_(?<luid>0x[\da-f]{1,8}_0x[\da-f]{1,8})_phys_(?<phys>\d{1,4})(?:_eng_(?<index>\d{1,4})_engtype_(?<engine>.{0,64}))?$/i

/** `pid_1234_luid_0x00000000_0x0000C2F2_phys_0_eng_3_engtype_3D`; null when it is not shaped so. */
export function parseGpuInstance(name: string): GpuInstance | null {
  const groups = INSTANCE.exec(name)?.groups
  if (groups === undefined) return null
  const { pid, luid = '', phys = '0', index, engine } = groups
  return {
    pid: pid === undefined ? null : Number(pid),
    luid: luid.toLowerCase(),
    engine: engine === undefined || engine === '' ? null : engine,
    // Adapters that are linked to one have engines of the same number.
    engineIndex: index === undefined ? null : Number(phys) * 10_000 + Number(index),
  }
}
