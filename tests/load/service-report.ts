import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { InsideReport } from './inside.ts'

/** Options of Node with which a service can be asked for a report, and those `npm start` gives it. */
export const LOOK_INSIDE = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('inside.ts', import.meta.url)),
]

export async function report(service: ChildProcess): Promise<InsideReport> {
  const answer = once(service, 'message')
  service.send('report')
  return ((await answer) as [InsideReport])[0]
}

export const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
