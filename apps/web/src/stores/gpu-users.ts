/**
 * Who uses the graphics cards, from port 8000.
 *
 *   const uses = useGpuUses()      // null: no driver here tells
 */
import { useMemo } from 'react'
import { gpuUses, tellsUsers, type GpuUses } from '../lib/gpu-use.ts'
import { useStats } from './live-stats.ts'

export function useGpuUses(): GpuUses | null {
  const gpus = useStats((stats) => stats?.gpus ?? null)
  return useMemo(() => (gpus === null || !tellsUsers(gpus) ? null : gpuUses(gpus)), [gpus])
}
