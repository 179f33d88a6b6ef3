/** For tests: writes the answer of NtQuerySystemInformation(SystemProcessInformation) as Windows lays it out. */
export interface ListedProcess {
  pid: number
  parentPid?: number
  name?: string
  start?: bigint
  userTime?: number
  kernelTime?: number
  basePriority?: number
  privateWorkingSet?: number
  workingSet?: number
  commit?: number
  handles?: number
  sessionId?: number
  readBytes?: number
  writeBytes?: number
  peakWorkingSet?: number
  virtualSize?: number
  pageFaults?: number
  /** State and wait reason of each, and what else is told of it. */
  threads?: readonly (readonly [state: number, reason: number, more?: ThreadMore])[]
}

interface ThreadMore {
  tid?: number
  userTime?: number
  kernelTime?: number
  start?: bigint
  basePriority?: number
  contextSwitches?: number
}

const aligned = (size: number) => Math.ceil(size / 8) * 8

/** @param base the address it is to lie at */
export function processListBytes(processes: readonly ListedProcess[], base: number): Buffer {
  const parts: Buffer[] = []
  let at = 0
  for (const [index, process] of processes.entries()) {
    const { threads = [[5, 6]], name = `program-${process.pid}.exe` } = process
    const nameAt = 0x100 + threads.length * 0x50
    const entry = Buffer.alloc(aligned(nameAt + name.length * 2 + 2))
    const quad = (offset: number, value: number | bigint) =>
      entry.writeBigUInt64LE(BigInt(value), offset)
    entry.writeUInt32LE(index === processes.length - 1 ? 0 : entry.length, 0)
    entry.writeUInt32LE(threads.length, 0x04)
    quad(0x08, process.privateWorkingSet ?? 0)
    quad(0x20, process.start ?? 134_401_990_776_155_100n)
    quad(0x28, process.userTime ?? 0)
    quad(0x30, process.kernelTime ?? 0)
    entry.writeUInt16LE(name.length * 2, 0x38)
    entry.writeUInt16LE(name.length * 2 + 2, 0x3a)
    quad(0x40, name === '' ? 0 : base + at + nameAt)
    entry.writeInt32LE(process.basePriority ?? 8, 0x48)
    quad(0x50, process.pid)
    quad(0x58, process.parentPid ?? 0)
    entry.writeUInt32LE(process.handles ?? 0, 0x60)
    entry.writeUInt32LE(process.sessionId ?? 0, 0x64)
    quad(0x78, process.virtualSize ?? 0)
    entry.writeUInt32LE(process.pageFaults ?? 0, 0x80)
    quad(0x88, process.peakWorkingSet ?? 0)
    quad(0x90, process.workingSet ?? 0)
    quad(0xb8, process.commit ?? 0)
    quad(0xe8, process.readBytes ?? 0)
    quad(0xf0, process.writeBytes ?? 0)
    for (const [number, [state, reason, more = {}]] of threads.entries()) {
      const thread = 0x100 + number * 0x50
      quad(thread, more.kernelTime ?? 0)
      quad(thread + 0x08, more.userTime ?? 0)
      quad(thread + 0x10, more.start ?? 0)
      quad(thread + 0x30, more.tid ?? 0)
      entry.writeInt32LE(more.basePriority ?? 8, thread + 0x3c)
      entry.writeUInt32LE(more.contextSwitches ?? 0, thread + 0x40)
      entry.writeUInt32LE(state, thread + 0x44)
      entry.writeUInt32LE(reason, thread + 0x48)
    }
    entry.write(name, nameAt, 'utf16le')
    parts.push(entry)
    at += entry.length
  }
  return Buffer.concat(parts)
}
