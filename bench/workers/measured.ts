import koffi from 'koffi'
import type { SweepCost } from '../opponents/opponent.ts'

const RUSAGE_CHILDREN = -1
const getrusage = koffi.load(null).func('int getrusage(int who, void *usage)')
const usage = new BigInt64Array(18)

/** CPU time of ended children, which Node does not tell. Source: getrusage(2), the first two `timeval`. */
function childrenCpuMs(): number {
  getrusage(RUSAGE_CHILDREN, usage)
  const [userSeconds = 0n, userMicros = 0n, systemSeconds = 0n, systemMicros = 0n] = usage
  return Number(userSeconds + systemSeconds) * 1000 + Number(userMicros + systemMicros) / 1000
}

/** CPU time of this process and its ended children so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000 + childrenCpuMs()
}

/** What a call cost; it answers how many rows it saw. */
export async function measured(call: () => number | Promise<number>): Promise<SweepCost> {
  const cpu = cpuMs()
  const wall = performance.now()
  const rows = await call()
  return { cpuMs: cpuMs() - cpu, wallMs: performance.now() - wall, rows }
}
