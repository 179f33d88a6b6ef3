import { cleanName, cleanText, cut } from '../text/clean.ts'

export interface CgroupPlace {
  /** The path in the hierarchy that systemd uses, else the first one. */
  path: string | null
  /** systemd unit or scope: the innermost `.service` or `.scope`. */
  unit: string | null
  /** Container id, 12 characters as the tools print it. */
  container: string | null
}

const NOWHERE: CgroupPlace = { path: null, unit: null, container: null }
const CONTAINER_ID = /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/
const NAMED_CONTAINER =
  /(?:\/lxc(?:\.payload)?[./]|\/machine\.slice\/machine-)([^/]+?)(?:\.scope)?(?:\/|$)/
const UNIT = /\.(?:service|scope)$/

/** Parses `/proc/<pid>/cgroup`. Source: cgroups(7), systemd's CGROUP_DELEGATION. Version 2 has one line `0::/path`. */
export function parseCgroup(text: string): CgroupPlace {
  const path = systemdPath(text)
  if (path === null) return NOWHERE
  const id = CONTAINER_ID.exec(path)?.[1]?.slice(0, 12) ?? NAMED_CONTAINER.exec(path)?.[1]
  const unit = path.split('/').findLast((part) => UNIT.test(part))
  return {
    path: cut(cleanText(path), 1024),
    unit: unit === undefined ? null : cleanName(unescapeUnit(unit)),
    container: id === undefined ? null : cleanName(id),
  }
}

function systemdPath(text: string): string | null {
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

/** systemd writes odd bytes of a name as `\x2d`. Source: systemd-escape(1). */
export const unescapeUnit = (unit: string) =>
  unit.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
