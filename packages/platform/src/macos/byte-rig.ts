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

/** `struct rusage_info_v4`, or `v6` with an energy. */
export const resourceDetails = (of: {
  user: number
  system: number
  wired: number
  footprint: number
  peak: number
  energy?: number
}): Buffer =>
  bytesOf(of.energy === undefined ? 296 : 464, [
    [16, 'u64', BigInt(of.user)],
    [24, 'u64', BigInt(of.system)],
    [56, 'u64', BigInt(of.wired)],
    [64, 'u64', BigInt(of.footprint * 2)],
    [72, 'u64', BigInt(of.footprint)],
    [144, 'u64', 7n],
    [152, 'u64', 8n],
    [240, 'u64', BigInt(of.peak)],
    [264, 'u64', 99n],
    ...(of.energy === undefined ? [] : [[336, 'u64', BigInt(of.energy)] as const]),
  ])

/** `struct proc_vnodepathinfo`. */
export const folders = (workingDirectory: string): Buffer =>
  bytesOf(2352, [
    [152, 'text', workingDirectory],
    [1176 + 152, 'text', '/jail/of/it'],
  ])

/** `struct proc_threadinfo`, times in nanoseconds. */
export const threadInfo = (of: {
  user: number
  system: number
  state: number
  name: string
}): Buffer =>
  bytesOf(112, [
    [0, 'u64', BigInt(of.user)],
    [8, 'u64', BigInt(of.system)],
    [24, 'u32', of.state],
    [40, 'u32', 31],
    [48, 'text', of.name],
  ])

/** `struct vnode_fdinfowithpath`. */
export const openVnode = (of: {
  flags: number
  type: number
  links: number
  path: string
}): Buffer =>
  bytesOf(1200, [
    [0, 'u32', of.flags],
    [30, 'u16', of.links],
    [160, 'u32', of.type],
    [176, 'text', of.path],
  ])

/** `struct socket_fdinfo` of IPv4 or of the machine itself. */
export const openSocket = (of: {
  kind: number
  type?: number
  family?: number
  options?: number
  ports?: readonly [local: number, remote: number]
  addresses?: readonly [local: number, remote: number]
  state?: number
  path?: string
}): Buffer =>
  bytesOf(792, [
    [176, 'u32', of.type ?? 1],
    [184, 'u32', of.family ?? 2],
    [188, 'u16', of.options ?? 0],
    [256, 'u32', of.kind],
    ...(of.path === undefined
      ? inetFields(264, { ...PLACES.descriptor, ...of })
      : [[264 + 18, 'text', of.path] as const]),
    [264 + 80, 'u32', of.state ?? 0],
  ])

const PLACES = {
  descriptor: { remotePort: 0, localPort: 4, version: 24, remote: 32, local: 48 },
  list: { remotePort: 16, localPort: 18, version: 44, remote: 48, local: 64 },
}

const swapped = (port: number) => ((port & 0xff) << 8) | (port >> 8)

function inetFields(
  at: number,
  of: (typeof PLACES)['list'] & {
    ports?: readonly [local: number, remote: number]
    addresses?: readonly [local: number, remote: number]
  },
): Field[] {
  const [localPort, remotePort] = of.ports ?? [0, 0]
  const [local, remote] = of.addresses ?? [0, 0]
  return [
    [at + of.localPort, 'u16', swapped(localPort)],
    [at + of.remotePort, 'u16', swapped(remotePort)],
    [at + of.version, 'u8', 1],
    [at + of.local + 12, 'u32', local],
    [at + of.remote + 12, 'u32', remote],
  ]
}

/** `net.inet.tcp.pcblist_n` with one connection of IPv4: `xinpgen`, `xinpcb_n`, `xsocket_n`, `xtcpcb_n`, `xinpgen`. */
export function socketList(of: {
  uid: number
  state: number
  ports: readonly [local: number, remote: number]
  addresses: readonly [local: number, remote: number]
  /** It differs between systems. */
  tcpSize?: number
}): Buffer {
  const { tcpSize = 204 } = of
  const head = bytesOf(24, [
    [0, 'u32', 24],
    [4, 'u32', 16], // how many, and no kind of record
  ])
  const ends = bytesOf(104, [
    [0, 'u32', 104],
    [4, 'u32', 0x10],
    ...inetFields(0, { ...PLACES.list, ...of }),
  ])
  const socket = bytesOf(80, [
    [0, 'u32', 76],
    [4, 'u32', 1],
    [40, 'u32', 2],
    [64, 'u32', of.uid],
    [68, 'u32', 77],
  ])
  const tcp = bytesOf((tcpSize + 7) & ~7, [
    [0, 'u32', tcpSize],
    [4, 'u32', 0x20],
    [36, 'u32', of.state],
  ])
  return Buffer.concat([head, ends, socket, tcp, head])
}

/** `struct utmpx`. */
export const utmpxRecord = (of: {
  type?: number
  user: string
  line?: string
  pid?: number
  seconds?: bigint
  micros?: number
  host?: string
}): Buffer =>
  bytesOf(640, [
    [0, 'text', of.user],
    [256, 'text', 's003'],
    [260, 'text', of.line ?? 'ttys003'],
    [292, 'i32', of.pid ?? 70],
    [296, 'u16', of.type ?? 7],
    [304, 'i64', of.seconds ?? 1_764_195_000n],
    [312, 'i32', of.micros ?? 0],
    [320, 'text', of.host ?? ''],
    [576, 'u32', 0xffff_ffff],
  ])
