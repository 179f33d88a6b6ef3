import { readFileSync, readlinkSync } from 'node:fs'
import { release } from 'node:os'

const CAP_NET_ADMIN = 12n
/** Numbers of the first namespaces. Source: linux/proc_ns.h (PROC_PID_INIT_INO, PROC_USER_INIT_INO). */
const FIRST = { pid: 'pid:[4026531836]', user: 'user:[4026531837]' } as const

/** Why the kernel gives its exit records to nothing that is started from here; null when it should. */
export function whyNoExitRecords(): string | null {
  if (process.platform !== 'linux') return 'exit records are a thing of Linux'
  const status = readFileSync('/proc/self/status', 'utf8')
  const effective = BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? '0'}`)
  if ((effective & (1n << CAP_NET_ADMIN)) === 0n) return 'CAP_NET_ADMIN is missing'
  for (const [kind, first] of Object.entries(FIRST)) {
    if (readlinkSync(`/proc/self/ns/${kind}`) !== first) return `not in the first ${kind} namespace`
  }
  if (!isFirstNetwork()) return 'not in the first network namespace'
  const [major = 0, minor = 0] = release().split('.').map(Number)
  if (major < 5 || (major === 5 && minor < 19)) return 'this kernel is older than 5.19'
  return major === 6 && (minor === 14 || minor === 15) ? 'this kernel may have other fields' : null
}

function isFirstNetwork(): boolean {
  try {
    return readlinkSync('/proc/self/ns/net') === readlinkSync('/proc/1/ns/net')
  } catch {
    return true // a sandbox that shows nothing of init: the services find out by themselves
  }
}
