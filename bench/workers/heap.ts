// What many sweeps leave on the heap: one line of JSON asks, one line tells. Needs --expose-gc.
import { getHeapStatistics } from 'node:v8'
import type { HeapAnswer, HeapOrder } from '../parts/heap-order.ts'
import { answerLines } from './answer-lines.ts'
import { ourEngine } from './our-engine.ts'

const engine = await ourEngine(process.argv[2] ?? 'sweep')

async function sweepTimes(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await engine.sweep()
}

function heapAfterCollection(): { usedBytes: number; allocatedBytes: number } {
  globalThis.gc?.()
  const statistics = getHeapStatistics() as unknown as Record<string, number>
  return {
    usedBytes: statistics['used_heap_size'] ?? Number.NaN,
    allocatedBytes: statistics['total_allocated_bytes'] ?? Number.NaN,
  }
}

await answerLines(async (line): Promise<HeapAnswer> => {
  const { warmUp, sweeps } = JSON.parse(line) as HeapOrder
  await sweepTimes(warmUp)
  const before = heapAfterCollection()
  const cpuBefore = process.cpuUsage()
  await sweepTimes(sweeps)
  const { user, system } = process.cpuUsage(cpuBefore)
  const after = heapAfterCollection()
  return {
    beforeBytes: before.usedBytes,
    afterBytes: after.usedBytes,
    allocatedBytesPerSweep: (after.allocatedBytes - before.allocatedBytes) / sweeps,
    cpuMsPerSweep: (user + system) / 1000 / sweeps,
  }
})
engine.close()
