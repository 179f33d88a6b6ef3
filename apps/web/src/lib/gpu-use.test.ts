import type { GpuStats } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { graphicsCards } from './gpu-card.ts'
import { gpuUses, tellsUsers } from './gpu-use.ts'

const card = (id: string, change: Partial<GpuStats> = {}) =>
  ({
    id,
    kind: id.startsWith('npu') ? 'npu' : 'gpu',
    processes: [{ pid: 7, usage_percent: 30, memory_bytes: 100 }],
    processes_hidden: false,
    unknown: {},
    ...change,
  }) as unknown as GpuStats

test('what a program does on a neural processor is no use of a graphics card', () => {
  const [gpu, npu] = [card('gpu-0'), card('npu-0', { processes_hidden: true })]
  const uses = gpuUses([gpu, npu])
  expect(uses).toEqual({ byPid: new Map([[7, { percent: 30, memory: 100 }]]), isPartial: false })
  expect(tellsUsers([npu])).toBe(false)
  expect(tellsUsers([gpu, npu])).toBe(true)
})

test('a service of an older version names no sort: its cards are graphics cards', () => {
  const old = card('gpu-0', { kind: undefined as never })
  expect(graphicsCards([old, card('npu-0')])).toEqual([old])
})
