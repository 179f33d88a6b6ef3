// What the two npm packages do for one answer, once per line of standard input; their child processes are counted in.
import { readdirSync } from 'node:fs'
import pidusage from 'pidusage'
import si from 'systeminformation'
import { answerLines } from './answer-lines.ts'
import { measured } from './measured.ts'

const CALLS: Record<string, () => Promise<number>> = {
  async pidusage() {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return Object.values(await pidusage(pids)).filter(Boolean).length
  },
  processes: async () => (await si.processes()).list.length,
  /** The figures of `GET /api/stats`. */
  async machine() {
    const figures = await Promise.all([
      si.currentLoad(),
      si.mem(),
      si.fsSize(),
      si.disksIO(),
      si.fsStats(),
      si.networkStats('*'),
    ])
    return figures.length
  },
}

const call = CALLS[process.argv[2] ?? '']
if (call === undefined) throw new Error(`say one of ${Object.keys(CALLS).join(', ')}`)
await answerLines(() => measured(call))
