import { cleanName, cleanText, cut } from '../text/clean.ts'
import { containerOfPath } from './container-path.ts'
import { unescapeUnit } from './unit-name.ts'

export interface CgroupPlace {
  /** The path in the hierarchy that systemd uses, else the first one. */
  path: string | null
  /** systemd unit or scope: the innermost `.service` or `.scope`. */
  unit: string | null
  /** Id of the container, 12 characters as the tools print it, or its name. */
  container: string | null
}

const NOWHERE: CgroupPlace = { path: null, unit: null, container: null }
const UNIT = /\.(?:service|scope)$/

/** Parses `/proc/<pid>/cgroup`. Source: cgroups(7), systemd's CGROUP_DELEGATION. Version 2 has one line `0::/path`. */
export function parseCgroup(text: string): CgroupPlace {
  const path = systemdPath(text)
  if (path === null) return NOWHERE
  const unit = path.split('/').findLast((part) => UNIT.test(part))
  return {
    path: cut(cleanText(path), 1024),
    unit: unit === undefined ? null : cleanName(unescapeUnit(unit)),
    container: containerOfPath(path)?.id ?? null,
  }
}

/** The path in the hierarchy that systemd uses, else in the unified one, else the first. */
export function systemdPath(text: string): string | null {
  let first: string | null = null
  let unified: string | null = null
  for (const line of text.split('\n')) {
    const parts = /^(\d+):([^:]*):(\/.*)$/.exec(line)
    if (parts === null) continue
    const [, , controllers, path = '/'] = parts
    if (controllers === 'name=systemd') return path
    if (controllers === '') unified = path
    first ??= path
  }
  return unified ?? first
}
