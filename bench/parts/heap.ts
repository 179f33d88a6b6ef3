import { startCrowd } from '../crowd.ts'
import { LineWorker } from '../line-worker.ts'
import { nodeProgram, serviceFlags } from '../opponents/node-program.ts'
import { bytes, ms } from '../report/figures.ts'
import type { PartResult } from '../report/part-result.ts'
import { USUAL_PROCESSES, type PartContext } from './context.ts'
import type { HeapAnswer, HeapOrder } from './heap-order.ts'

const SWEEPS = { whole: 1000, quick: 100 }
const WITHIN_MS = 120_000
const MODES = [
  { mode: 'sweep', name: 'sweep' },
  { mode: 'frame', name: 'sweep, apps and frame' },
]

/** Whether memory grows with the sweeps, and what a sweep costs in the long run. */
export async function heapPart({ options, say }: PartContext): Promise<PartResult> {
  await using crowd = await startCrowd(USUAL_PROCESSES)
  const sweeps = options.quick ? SWEEPS.quick : SWEEPS.whole
  say(`heap over ${sweeps} sweeps`)
  const rows: string[][] = []
  for (const { mode, name } of MODES) {
    await using worker = new LineWorker(
      nodeProgram('heap.ts', [mode], null, [...serviceFlags(), '--expose-gc']),
    )
    const order: HeapOrder = { warmUp: sweeps / 2, sweeps }
    const answer = await worker.ask<HeapAnswer>(JSON.stringify(order), WITHIN_MS)
    rows.push([
      name,
      bytes(answer.beforeBytes),
      bytes(answer.afterBytes - answer.beforeBytes),
      bytes(answer.allocatedBytesPerSweep),
      ms(answer.cpuMsPerSweep),
    ])
  }
  const table = {
    caption: '',
    head: ['what', 'heap in use', 'growth', 'allocated a sweep', 'CPU a sweep, mean'],
    rows,
  }
  const about = `${sweeps} sweeps one after the other at ${crowd.processes} processes, after ${sweeps / 2} to warm up; the heap after a full collection before and
afterwards. The mean of the CPU has everything in it: collections, listing all of \`/proc\` every 10 sweeps, and reading the facts of a running process anew after 300.`
  return { title: 'Heap', about, tables: [table], budgets: [] }
}
