import { useMemo } from 'react'
import { Link } from 'wouter'
import type { GpuStats } from '@taskmanager/contracts'
import { Chart } from '../../components/chart.tsx'
import type { ChartSeries } from '../../components/chart-series.ts'
import { Icon } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import { Value } from '../../components/value.tsx'
import {
  formatBytes,
  formatCelsius,
  formatCount,
  formatOf,
  formatPercent,
  formatWatts,
} from '../../lib/format.ts'
import { sumKnown } from '../../lib/stats-series.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { BigFacts, FactList, PanelFrame } from './panel-frame.tsx'

const axisPercent = (value: number | null): string => formatPercent(value)

export function GpuPanel({ id }: { id: string }) {
  const seconds = usePreference('chartSeconds')
  const gpu = useStats((frame) => frame?.gpus.find((one) => one.id === id) ?? null)
  const several = useStats((frame) => (frame?.gpus.length ?? 0) > 1)
  const series = useMemo(() => gpuSeries(id), [id])
  if (gpu === null) return null
  const percentChart = { seconds, maximum: 100, format: axisPercent, short: true }
  return (
    <PanelFrame
      title={several ? id.replace('gpu-', 'GPU ') : 'GPU'}
      model={gpu.name}
      sentence={<GpuSentence gpu={gpu} />}
      facts={<GpuFacts gpu={gpu} />}
    >
      <div className="quad">
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
        {(gpu.decoder_percent !== null || gpu.encoder_percent !== null) && (
          <Chart title="Video" series={series.video} {...percentChart} />
        )}
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
      </div>
      <Users gpu={gpu} />
    </PanelFrame>
  )
}

function gpuSeries(id: string) {
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
      one('usage', 'graphics and compute', 'line'),
      one('controller', 'memory bus', 'dash'),
    ],
    memory: [one('memory', 'used', 'line')],
    video: [one('decoder', 'decode', 'line'), one('encoder', 'encode', 'dash')],
    power: [one('power', 'watts', 'line', 'power')],
  }
}

function GpuSentence({ gpu }: { gpu: GpuStats }) {
  const slowed = gpu.slowed_by
  return (
    <>
      <b>
        {gpu.usage_percent === null
          ? 'Its use is not reported'
          : `${formatPercent(gpu.usage_percent)} busy`}
      </b>
      {slowed === null
        ? '.'
        : slowed.length === 0
          ? ', and not slowed by anything.'
          : `, slowed by ${slowed.join(' and ')}.`}
    </>
  )
}

function Users({ gpu }: { gpu: GpuStats }) {
  const rows = useProcesses((live) => live.rows)
  const users = gpu.processes.toSorted(
    (a, b) =>
      (b.usage_percent ?? 0) - (a.usage_percent ?? 0) ||
      (b.memory_bytes ?? 0) - (a.memory_bytes ?? 0),
  )
  const knownUse = sumKnown(users, (user) => user.usage_percent)
  const knownMemory = sumKnown(users, (user) => user.memory_bytes) ?? 0
  const restUse =
    gpu.usage_percent === null || knownUse === null
      ? null
      : Math.max(0, gpu.usage_percent - knownUse)
  const restMemory =
    gpu.memory_used_bytes === null ? null : Math.max(0, gpu.memory_used_bytes - knownMemory)
  return (
    <section aria-label="Who uses it">
      <div className="subhead">
        <h2>Who uses it</h2>
        <span>
          {users.length === 0
            ? 'no program at the moment'
            : knownUse === null
              ? 'by memory; the driver reports no share per process'
              : `${formatPercent(knownUse)} of ${formatPercent(gpu.usage_percent)} known by process`}
        </span>
        <span className="r">
          <Link href="/processes">All in Processes</Link>
        </span>
      </div>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">PID</th>
            <th scope="col">GPU</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          {users.slice(0, 12).map((user) => {
            const process = rows.get(user.pid)
            return (
              <tr key={user.pid}>
                <td>
                  <span className="nmx">
                    <Icon name={kindIcon(process?.kind ?? 'background')} />
                    <span>{process?.name ?? 'ended or hidden'}</span>
                  </span>
                </td>
                <td className="dim">{user.pid}</td>
                <td>
                  <Value>{formatPercent(user.usage_percent)}</Value>
                </td>
                <td>
                  <Value>{formatBytes(user.memory_bytes)}</Value>
                </td>
              </tr>
            )
          })}
          <tr className="dim">
            <td>
              <span className="nmx">
                <Icon name="more" />
                <span>unattributed: driver and display</span>
              </span>
            </td>
            <td>–</td>
            <td>{formatPercent(restUse)}</td>
            <td>{formatBytes(restMemory)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  )
}

function GpuFacts({ gpu }: { gpu: GpuStats }) {
  const power =
    gpu.power_watts === null
      ? null
      : gpu.power_limit_watts === null
        ? formatWatts(gpu.power_watts)
        : `${formatCount(gpu.power_watts)} of ${formatWatts(gpu.power_limit_watts)}`
  return (
    <>
      <BigFacts
        facts={[
          {
            name: 'In use',
            value: formatPercent(gpu.usage_percent),
            tie: { hue: 'gpu', look: '' },
          },
          ...(gpu.temperature_celsius === null
            ? []
            : [{ name: 'Temperature', value: formatCelsius(gpu.temperature_celsius) }]),
          {
            name: 'Memory',
            value: formatOf(gpu.memory_used_bytes, gpu.memory_total_bytes),
          },
          ...(power === null
            ? []
            : [{ name: 'Power', value: power, tie: { hue: 'power', look: '' as const } }]),
          ...(gpu.fan_percent === null
            ? []
            : [{ name: 'Fan', value: formatPercent(gpu.fan_percent) }]),
        ]}
      />
      <FactList
        facts={[
          ['Core clock', gpu.clock_mhz === null ? null : `${formatCount(gpu.clock_mhz)} MHz`],
          [
            'Memory clock',
            gpu.memory_clock_mhz === null ? null : `${formatCount(gpu.memory_clock_mhz)} MHz`,
          ],
          [
            'Slowed by',
            gpu.slowed_by === null
              ? null
              : gpu.slowed_by.length === 0
                ? 'nothing'
                : gpu.slowed_by.join(', '),
          ],
          [
            'Memory bus',
            gpu.memory_controller_percent === null
              ? null
              : formatPercent(gpu.memory_controller_percent),
          ],
          ['Encoder', engine(gpu.encoder_percent)],
          ['Decoder', engine(gpu.decoder_percent)],
          ['Driver', gpu.driver],
        ]}
      />
    </>
  )
}

function engine(percent: number | null): string | null {
  if (percent === null) return null
  return percent === 0 ? 'idle' : formatPercent(percent)
}
