/** For tests: messages as the kernel writes them, by the offsets of linux/taskstats.h, on little-endian machines. */
export interface RecordFields {
  version?: number
  /** 0x20 (AGROUP): the last thread. */
  flags?: number
  pid?: number
  tgid?: number
  ppid?: number
  uid?: number
  waitStatus?: number
  name?: string
  cpuNs?: number
  swapDelayNs?: number
}

export const FAMILY = 31
const STATS_BYTES = 560

function attribute(type: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(payload.length / 4) * 4)
  bytes.writeUInt16LE(4 + payload.length, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.set(payload, 4)
  return bytes
}

/** TASKSTATS_TYPE_AGGR_PID or _TGID: the number, then the statistics. */
export function aggregate(of: 'pid' | 'tgid', fields: RecordFields): Buffer {
  const stats = Buffer.alloc(STATS_BYTES)
  stats.writeUInt16LE(fields.version ?? 16, 0)
  stats.writeUInt32LE(fields.waitStatus ?? 0, 4)
  stats.writeUInt8(fields.flags ?? 0x20, 8)
  stats.writeBigUInt64LE(BigInt(fields.swapDelayNs ?? 0), 56)
  stats.writeBigUInt64LE(BigInt(fields.cpuNs ?? 0), 72)
  stats.write(fields.name ?? '', 80, 'utf8')
  stats.writeUInt32LE(fields.uid ?? 0, 120)
  stats.writeUInt32LE(fields.pid ?? 0, 128)
  stats.writeUInt32LE(fields.ppid ?? 0, 132)
  stats.writeUInt32LE(fields.tgid ?? 0, 368)
  const id = Buffer.alloc(4)
  id.writeUInt32LE((of === 'pid' ? fields.pid : fields.tgid) ?? 0)
  const parts = Buffer.concat([attribute(of === 'pid' ? 1 : 2, id), attribute(3, stats)])
  return attribute(of === 'pid' ? 4 : 5, parts)
}

/** One netlink message of the family with TASKSTATS_CMD_NEW. */
export function message(...attributes: Buffer[]): Buffer {
  const header = Buffer.alloc(20)
  const bytes = Buffer.concat([header, ...attributes])
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(FAMILY, 4)
  bytes.writeUInt8(2, 16)
  return bytes
}
