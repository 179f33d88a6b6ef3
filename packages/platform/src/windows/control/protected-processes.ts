import { win32 } from 'node:path'
import { ownStarters, starterReason, type OwnStarters } from '../../control/own-starters.ts'
import { systemDirectory } from '../system-library.ts'

/** The kernel and its parts; they have no program. */
const SYSTEM_PID = 4
/** Without these of the system's own folder Windows stops at once, or nobody can log in. */
const VITAL = new Set([
  'csrss.exe',
  'lsass.exe',
  'services.exe',
  'smss.exe',
  'wininit.exe',
  'winlogon.exe',
])
/** What takes a desktop, many services or the watch against malware along: ended only with its name typed. */
const CRITICAL = new Set([
  'dwm.exe',
  'explorer.exe',
  'fontdrvhost.exe',
  'lsaiso.exe',
  'msmpeng.exe',
  'sihost.exe',
  'svchost.exe',
])

/** What decides whether a process may be acted on, none of it chosen by the process. */
export interface WindowsTarget {
  pid: number
  /** Path of its program; null where it has none, or may not be asked. */
  exe: string | null
  parentPid: number | null
}

/** What is known of this service. */
export interface OwnPlace extends OwnStarters {
  pid: number
  exe: string
  systemDirectory: string
}

export function ownPlace(): OwnPlace {
  return {
    pid: process.pid,
    exe: process.execPath,
    ...ownStarters(),
    systemDirectory: systemDirectory(),
  }
}

/** Why nobody may act on it here, whatever their rights; null when they may. */
export function protectedReason(target: WindowsTarget, own: OwnPlace): string | null {
  const { pid, exe } = target
  if (pid === 0 || pid === SYSTEM_PID || (target.parentPid === SYSTEM_PID && exe === null)) {
    return `PID ${pid} is a part of Windows itself.`
  }
  if (pid === own.pid) return 'This is the service that would have to answer.'
  const byPid = starterReason(pid, own)
  if (byPid !== null) return byPid
  const isChild = own.launcherPid !== null && target.parentPid === own.launcherPid
  if (isChild && isSame(exe ?? '', own.exe)) return `PID ${pid} is a service of Task Manager Pro.`
  const isOfSystem = exe !== null && isSame(win32.dirname(exe), own.systemDirectory)
  const name = win32.basename(exe ?? '').toLowerCase()
  return isOfSystem && VITAL.has(name)
    ? `Windows stops without ${name} (PID ${pid}). It cannot be ended here.`
    : null
}

/** By name, so it warns and never forbids. */
export const isCritical = (name: string): boolean => CRITICAL.has(name.toLowerCase())

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
