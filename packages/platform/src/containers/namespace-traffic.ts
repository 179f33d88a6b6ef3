import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { parseNetDev } from '../linux/parse-net-dev.ts'
import { readResultOf } from '../read-result.ts'
import type { NamespaceTraffic } from './containers-provider.ts'

/**
 * What the network of a process has carried; null: not told. Source: proc_pid_net(5). Who has the same network is told
 * by the number of that file, which is one by namespace: the namespace itself may be seen only with rights.
 */
export function readNamespaceTraffic(procRoot: string, pid: number): NamespaceTraffic | null {
  const file = path.join(procRoot, String(pid), 'net/dev')
  try {
    const { ino } = statSync(file)
    const lines = parseNetDev(readFileSync(file)).filter(({ name }) => name !== 'lo')
    return {
      key: String(ino),
      isMachine: ino === statSync(path.join(procRoot, 'self/net/dev')).ino,
      recvBytes: lines.reduce((sum, { recvBytes }) => sum + recvBytes, 0),
      sentBytes: lines.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
    }
  } catch (error) {
    readResultOf(error)
    return null
  }
}
