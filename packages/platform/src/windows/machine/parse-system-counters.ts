/** Where SYSTEM_PERFORMANCE_INFORMATION has its count of context switches. */
const CONTEXT_SWITCHES_AT = 0x128

/**
 * Context switches since boot, 32 bits that wrap. Source: NtQuerySystemInformation, class 2. null: there are fewer
 * bytes, or the system does not count (a running one has switched).
 */
export function parseContextSwitches(bytes: Buffer): number | null {
  if (bytes.length < CONTEXT_SWITCHES_AT + 4) return null
  const count = bytes.readUInt32LE(CONTEXT_SWITCHES_AT)
  return count === 0 ? null : count
}
