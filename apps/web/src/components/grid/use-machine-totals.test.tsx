import type { SystemStats } from '@taskmanager/contracts'
import { cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { liveStats } from '../../stores/live-stats.ts'
import { useMachineTotals } from './use-machine-totals.ts'

afterEach(() => {
  cleanup()
  liveStats.set(null)
})

test('a disk that sits on another is not counted twice, as on the Overview', () => {
  const disk = (id: string, kind: string) => ({
    id,
    kind,
    read_bytes_per_second: 4e6,
    write_bytes_per_second: 1e6,
  })
  const disks = [disk('nvme0n1', 'nvme'), disk('dm-0', 'virtual'), disk('dm-1', 'virtual')]
  liveStats.set({ sampled_at_ms: 1000, disks, networks: [], gpus: [] } as unknown as SystemStats)
  const { current } = renderHook(() => useMachineTotals()).result
  expect(current['read']?.text).toBe('4.0')
  expect(current['write']?.text).toBe('1.0')
  expect(current['disk']?.text).toBe('5.0')
})
