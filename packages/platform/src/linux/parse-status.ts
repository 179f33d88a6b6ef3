import { parseCpuList } from './sysfs.ts'

/** CPUs a process may run on, of the line `Cpus_allowed_list`; null when it has none. Source: cpuset(7), List format. */
export function parseAffinity(status: string): number[] | null {
  const cpus = parseCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? null)
  return cpus.length === 0 ? null : cpus
}

/** Numbers of a line such as `Uid:` of proc_pid_status(5): real, effective, saved, file-system id; empty without. */
export function parseIds(status: string, key: 'Uid' | 'Gid' | 'NSpid' | 'Tgid'): number[] {
  const words = new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.split(/\s+/) ?? []
  return words.every((word) => /^\d{1,10}$/.test(word)) ? words.map(Number) : []
}
