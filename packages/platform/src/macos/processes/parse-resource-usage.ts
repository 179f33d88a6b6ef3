import { needBytes, u64At } from '../bytes.ts'

/** Bytes of `struct rusage_info_v2`. */
export const RESOURCE_USAGE_SIZE = 160

/** One instance is filled again and again. */
export class ResourceUsageRecord {
  /** What the process costs: dirty, compressed and swapped pages, memory of the GPU. The Activity Monitor's "Memory". */
  footprintBytes = 0
  /** Storage traffic since its start. */
  diskReadBytes = 0
  diskWrittenBytes = 0
}

/**
 * `proc_pid_rusage(RUSAGE_INFO_V2)`. Source: sys/resource.h of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseResourceUsage(
  bytes: Buffer,
  record: ResourceUsageRecord,
): ResourceUsageRecord {
  needBytes('rusage_info_v2', bytes, RESOURCE_USAGE_SIZE)
  record.footprintBytes = u64At(bytes, 72)
  record.diskReadBytes = u64At(bytes, 144)
  record.diskWrittenBytes = u64At(bytes, 152)
  return record
}
