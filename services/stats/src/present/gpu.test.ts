import type { GpuSample } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { sumGpus } from './gpu.ts'

const card = (kind: GpuSample['kind'], usagePercent: number, memoryUsedBytes: number | null) =>
  ({
    kind,
    usagePercent,
    memoryUsedBytes,
    memoryTotalBytes: memoryUsedBytes,
    temperatureCelsius: usagePercent,
  }) as GpuSample

test('the sums are of graphics cards, never of a neural processor', () => {
  const npu = card('npu', 90, 5)
  expect(sumGpus([card('gpu', 10, 100), card('gpu', 20, 50), npu])).toEqual({
    usage: 20,
    memoryUsed: 150,
    memoryTotal: 150,
    temperature: 20,
  })
  expect(sumGpus([npu])).toEqual({
    usage: null,
    memoryUsed: null,
    memoryTotal: null,
    temperature: null,
  })
})
