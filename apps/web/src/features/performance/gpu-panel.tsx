import { useMemo } from 'react'
import type { GpuStats } from '@taskmanager/contracts'
import { Chart } from '../../components/chart.tsx'
import type { ChartSeries } from '../../components/chart-series.ts'
import { formatBytes, formatPercent, formatWatts } from '../../lib/format.ts'
import { engineOf, gpuName, isCard } from '../../lib/gpu-card.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { GpuFacts } from './gpu-facts.tsx'
import { GpuSentence } from './gpu-sentence.tsx'
import { GpuUsers } from './gpu-users.tsx'
import { PanelFrame } from './panel-frame.tsx'

const axisPercent = (value: number | null): string => formatPercent(value)

export function GpuPanel({ id }: { id: string }) {
  const gpu = useStats((frame) => frame?.gpus.find((one) => one.id === id) ?? null)
  const several = useStats(
    (frame) => (frame?.gpus.filter(({ kind }) => kind === gpu?.kind).length ?? 0) > 1,
  )
  if (gpu === null) return null
  return (
    <PanelFrame
      title={gpuName(id, several)}
      model={gpu.name}
      sentence={<GpuSentence gpu={gpu} />}
      facts={<GpuFacts gpu={gpu} />}
    >
      <div className="quad">{isCard(gpu) ? <GpuCharts gpu={gpu} /> : <NpuCharts gpu={gpu} />}</div>
      <GpuUsers gpu={gpu} />
    </PanelFrame>
  )
}

function GpuCharts({ gpu }: { gpu: GpuStats }) {
  const seconds = usePreference('chartSeconds')
  const machineMemory = useStats((frame) => frame?.memory_total ?? null)
  const hasCopy = engineOf(gpu, 'copy') !== null
  const hasVideo = engineOf(gpu, 'video') !== null
  const hasCoders = gpu.decoder_percent !== null || gpu.encoder_percent !== null
  // Only NVIDIA and AMD tell a load of the card.
  const isBusiest = gpu.source === 'sysfs' && gpu.vendor !== 'amd'
  const series = useMemo(
    () => gpuSeries(gpu.id, { hasCopy, hasCoders, isBusiest }),
    [gpu.id, hasCopy, hasCoders, isBusiest],
  )
  const percentChart = { seconds, maximum: 100, format: axisPercent, short: true }
  const sharedMaximum = gpu.shared_memory_total_bytes ?? machineMemory
  return (
    <>
      <Chart title="Engines" series={series.engines} {...percentChart} />
      {gpu.memory_total_bytes !== null && (
        <Chart
          title="Memory"
          series={series.memory}
          seconds={seconds}
          maximum={gpu.memory_total_bytes}
          format={formatBytes}
          short
        />
      )}
      {gpu.memory_total_bytes === null &&
        gpu.shared_memory_used_bytes !== null &&
        sharedMaximum !== null && (
          <Chart
            title="Shared memory"
            series={series.shared}
            seconds={seconds}
            maximum={sharedMaximum}
            format={formatBytes}
            short
          />
        )}
      {(hasCoders || hasVideo) && <Chart title="Video" series={series.video} {...percentChart} />}
      {gpu.power_watts !== null && (
        <Chart
          title="Power"
          series={series.power}
          seconds={seconds}
          maximum={gpu.power_limit_watts ?? Math.max(100, gpu.power_watts * 1.2)}
          format={formatWatts}
          short
        />
      )}
    </>
  )
}

function NpuCharts({ gpu }: { gpu: GpuStats }) {
  const seconds = usePreference('chartSeconds')
  const machineMemory = useStats((frame) => frame?.memory_total ?? null)
  const series = useMemo(() => npuSeries(gpu.id), [gpu.id])
  return (
    <>
      <Chart
        title="Load"
        series={series.load}
        seconds={seconds}
        maximum={100}
        format={axisPercent}
        short
      />
      {gpu.shared_memory_used_bytes !== null && machineMemory !== null && (
        <Chart
          title="Shared memory"
          series={series.memory}
          seconds={seconds}
          maximum={machineMemory}
          format={formatBytes}
          short
        />
      )}
    </>
  )
}

function npuSeries(id: string) {
  const one = (key: string, name: string): ChartSeries[] => [
    { key: `${id}.${key}`, name, hue: 'gpu', style: 'line' },
  ]
  return { load: one('usage', 'busy'), memory: one('shared', 'of the computer') }
}

interface SeriesChoice {
  readonly hasCopy: boolean
  readonly hasCoders: boolean
  readonly isBusiest: boolean
}

function gpuSeries(id: string, { hasCopy, hasCoders, isBusiest }: SeriesChoice) {
  const one = (
    key: string,
    name: string,
    style: ChartSeries['style'],
    hue = 'gpu',
  ): ChartSeries => ({
    key: `${id}.${key}`,
    name,
    hue,
    style,
  })
  return {
    engines: [
      one('usage', isBusiest ? 'busiest engine' : '3D and compute', 'line'),
      hasCopy ? one('engine.copy', 'copy', 'dash') : one('controller', 'memory bus', 'dash'),
    ],
    memory: [one('memory', 'used', 'line')],
    shared: [one('shared', 'used by programs', 'line')],
    video: hasCoders
      ? [one('decoder', 'decode', 'line'), one('encoder', 'encode', 'dash')]
      : [
          one('engine.video', 'decode and encode', 'line'),
          one('engine.video enhance', 'enhance', 'dash'),
        ],
    power: [one('power', 'watts', 'line', 'power')],
  }
}
