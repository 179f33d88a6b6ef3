import { systemLibrary } from './system-library.ts'

/** Room for the numbers of so many groups. */
const MOST_GROUPS = 4

/**
 * Number of the first CPU of the group that a process runs in, through all groups; null: it has several, or it is not told.
 * Masks of Windows count from there. Source: GetProcessGroupAffinity, GetActiveProcessorCount.
 */
export function firstCpuCall(): (process: number) => number | null {
  const kernel = (prototype: string) => systemLibrary('kernel32')?.optional(prototype) ?? null
  const countGroups = kernel('uint16_t GetActiveProcessorGroupCount()')
  const countCpus = kernel('uint32_t GetActiveProcessorCount(uint16_t group)')
  const groupsOf = kernel(
    'int GetProcessGroupAffinity(intptr_t process, void *count, void *groups)',
  )
  const [count, groups] = [Buffer.alloc(2), Buffer.alloc(2 * MOST_GROUPS)]
  return (process) => {
    const isOneGroup = Number(countGroups?.() ?? 1) === 1
    if (isOneGroup || countCpus === null || groupsOf === null) return 0
    count.writeUInt16LE(MOST_GROUPS, 0)
    if (groupsOf(process, count, groups) === 0 || count.readUInt16LE(0) !== 1) return null
    let first = 0
    for (let group = groups.readUInt16LE(0) - 1; group >= 0; group--)
      first += Number(countCpus(group))
    return first
  }
}
