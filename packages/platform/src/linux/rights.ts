import { readFileSync } from 'node:fs'

/** What this process may do to processes of other users. */
export interface Rights {
  /** End, suspend and resume them. */
  control: boolean
  /** Read what the kernel keeps for their user: disk traffic, open files, environment. */
  details: boolean
}

// Source: capabilities(7), linux/capability.h
const CAP_KILL = 5n
const CAP_SYS_PTRACE = 19n

/** By the line `CapEff` of proc_pid_status(5), a hexadecimal mask; null where it has none. */
export function parseRights(status: string): Rights | null {
  const mask = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1]
  if (mask === undefined) return null
  const has = (capability: bigint) => ((BigInt(`0x${mask}`) >> capability) & 1n) === 1n
  return { control: has(CAP_KILL), details: has(CAP_SYS_PTRACE) }
}

/** Whether a process holds any right beyond those of its user; null where the text has no such line. */
export function parseElevated(status: string): boolean | null {
  const mask = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1]
  return mask === undefined ? null : BigInt(`0x${mask}`) !== 0n
}

/** Those of this process. A system unit has some without being root, and root in a container may lack some. */
export function ownRights(): Rights {
  const isRoot = process.geteuid?.() === 0
  let status: string
  try {
    status = readFileSync('/proc/self/status', 'utf8')
  } catch {
    status = '' // no /proc (another system) or hidden
  }
  return parseRights(status) ?? { control: isRoot, details: isRoot }
}
