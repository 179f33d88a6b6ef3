import { needBytes, u64At } from '../bytes.ts'

export interface SwapUsage {
  /** macOS makes swap files when it needs them: 0 is common. */
  totalBytes: number
  freeBytes: number
}

/** `sysctl vm.swapusage`, a `struct xsw_usage`. @throws ProcParseError when it is cut */
export function parseSwapUsage(bytes: Buffer): SwapUsage {
  needBytes('vm.swapusage', bytes, 24)
  return { totalBytes: u64At(bytes, 0), freeBytes: u64At(bytes, 8) }
}
