/** For tests: structures of macOS, written by the offsets of platforms' public headers. */

import { bytesOf, type Field } from '../struct-bytes.ts'

/** `struct kinfo_proc`. */
export const kinfoProc = (of: {
  pid: number
  ppid?: number
  name: string
  startSeconds?: number
  startMicros?: number
  stat?: number
  nice?: number
  ruid?: number
  euid?: number
  device?: number
}): Buffer =>
  bytesOf(648, [
    [0, 'u64', BigInt(of.startSeconds ?? 1_700_000_000)],
    [8, 'i32', of.startMicros ?? 0],
    [36, 'u8', of.stat ?? 2],
    [40, 'i32', of.pid],
    [242, 'u8', (of.nice ?? 0) & 0xff],
    [243, 'text', of.name.slice(0, 16)],
    [392, 'u32', of.ruid ?? 501],
    [420, 'u32', of.euid ?? of.ruid ?? 501],
    [560, 'i32', of.ppid ?? 1],
    [564, 'i32', of.pid],
    [572, 'u32', of.device ?? 0xffff_ffff],
  ])

/** `struct proc_taskallinfo`. */
export const taskAllInfo = (of: {
  pid: number
  name?: string
  startSeconds?: number
  startMicros?: number
  userTicks?: number
  systemTicks?: number
  resident?: number
  virtual?: number
  switches?: number
  threads?: number
  running?: number
}): Buffer =>
  bytesOf(232, [
    [4, 'u32', 2],
    [12, 'u32', of.pid],
    [48, 'text', (of.name ?? '').slice(0, 16)],
    [64, 'text', (of.name ?? '').slice(0, 31)],
    [120, 'u64', BigInt(of.startSeconds ?? 1_700_000_000)],
    [128, 'u64', BigInt(of.startMicros ?? 0)],
    [136, 'u64', BigInt(of.virtual ?? 400e9)],
    [144, 'u64', BigInt(of.resident ?? 5e6)],
    [152, 'u64', BigInt(of.userTicks ?? 0)],
    [160, 'u64', BigInt(of.systemTicks ?? 0)],
    [216, 'i32', of.switches ?? 0],
    [220, 'i32', of.threads ?? 1],
    [224, 'i32', of.running ?? 0],
    [228, 'i32', 31],
  ])

/** `struct rusage_info_v2`. */
export const resourceUsage = (of: { footprint: number; read: number; written: number }): Buffer =>
  bytesOf(160, [
    [64, 'u64', BigInt(of.footprint * 2)],
    [72, 'u64', BigInt(of.footprint)],
    [144, 'u64', BigInt(of.read)],
    [152, 'u64', BigInt(of.written)],
  ])

/** What KERN_PROCARGS2 answers. */
export function procArguments(path: string, args: readonly string[], environment = ''): Buffer {
  const count = bytesOf(4, [[0, 'i32', args.length]])
  const program = Buffer.from(`${path}\0`)
  const padding = Buffer.alloc((8 - (program.length % 8)) % 8)
  const rest = Buffer.from(`${[...args, environment].join('\0')}\0`)
  return Buffer.concat([count, program, padding, rest])
}

const interfaceData = (
  at: number,
  of: { type: number; received: number; sent: number },
): Field[] => [
  [at, 'u8', of.type],
  [at + 16, 'u64', BigInt(1e9)],
  [at + 24, 'u64', BigInt(11)],
  [at + 32, 'u64', BigInt(1)],
  [at + 40, 'u64', BigInt(12)],
  [at + 48, 'u64', BigInt(2)],
  [at + 64, 'u64', BigInt(of.received)],
  [at + 72, 'u64', BigInt(of.sent)],
  [at + 96, 'u64', BigInt(4)],
]

interface FakeInterface {
  index: number
  name: string
  type: number
  received: number
  sent: number
  running?: boolean
  mac?: readonly number[]
}

/** A record of NET_RT_IFLIST2: `struct if_msghdr2` and `struct sockaddr_dl`. */
export function interfaceRecord(of: FakeInterface): Buffer {
  const mac = of.mac ?? []
  const length = 160 + Math.max(20, 8 + of.name.length + mac.length)
  const bytes = bytesOf(length, [
    [0, 'u16', length],
    [2, 'u8', 5],
    [3, 'u8', 0x12],
    [8, 'u32', 1 | (of.running === false ? 0 : 0x40)],
    [12, 'u16', of.index],
    ...interfaceData(32, of),
    [160, 'u8', length - 160],
    [161, 'u8', 18],
    [162, 'u16', of.index],
    [164, 'u8', of.type],
    [165, 'u8', of.name.length],
    [166, 'u8', mac.length],
    [168, 'text', of.name],
  ])
  bytes.set(mac, 168 + of.name.length)
  return bytes
}

/** `struct ifmibdata`. */
export const interfaceMib = (of: FakeInterface): Buffer =>
  bytesOf(180, [[0, 'text', of.name], ...interfaceData(52, of)])

/** `struct vm_statistics64`, in pages. */
export const vmStatistics = (of: {
  free: number
  wired: number
  purgeable: number
  compressor: number
  compressed: number
  fileBacked: number
  anonymous: number
  swapIns: number
  swapOuts: number
}): Buffer =>
  bytesOf(152, [
    [0, 'u32', of.free],
    [4, 'u32', 77],
    [8, 'u32', 78],
    [12, 'u32', of.wired],
    [88, 'u32', of.purgeable],
    [92, 'u32', 79],
    [112, 'u64', BigInt(of.swapIns)],
    [120, 'u64', BigInt(of.swapOuts)],
    [128, 'u32', of.compressor],
    [136, 'u32', of.fileBacked],
    [140, 'u32', of.anonymous],
    [144, 'u64', BigInt(of.compressed)],
  ])
