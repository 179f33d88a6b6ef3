import { needBytes } from '../bytes.ts'

/** Bytes of `struct proc_archinfo`. */
export const ARCHITECTURE_SIZE = 8

/** `CPU_TYPE_…` of mach/machine.h, in the words of Node.js. */
const NAMES: Readonly<Record<number, string>> = {
  0x0100_000c: 'arm64',
  0x0100_0007: 'x64',
  7: 'x86',
}

/**
 * `proc_pidinfo(PROC_PIDARCHINFO)`: what a program was built for, `x64` under Rosetta as well; null: nothing known.
 * Source: sys/proc_info_private.h of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseArchitecture(bytes: Buffer): string | null {
  needBytes('proc_archinfo', bytes, ARCHITECTURE_SIZE)
  return NAMES[bytes.readUInt32LE(0)] ?? null
}
