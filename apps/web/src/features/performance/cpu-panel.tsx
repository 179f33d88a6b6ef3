import type { CpuStats, SystemInfo, ThermalPressure } from '@taskmanager/contracts'
import { Segments } from '../../components/button.tsx'
import { biggestOnCpu } from '../../components/biggest-then.ts'
import { Chart } from '../../components/chart.tsx'
import type { ChartSeries } from '../../components/chart-series.ts'
import {
  formatBytes,
  formatCelsius,
  formatClock,
  formatCount,
  formatDuration,
  formatHertz,
  formatPercent,
} from '../../lib/format.ts'
import { sumKnown } from '../../lib/stats-series.ts'
import { withoutZeros } from '../../lib/common-unit.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { statsHistory, useStats, useSystem } from '../../stores/live-stats.ts'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import { Cores } from './cores.tsx'
import { BigFacts, FactList, PanelFrame } from './panel-frame.tsx'
import { NumaNodes } from './numa-nodes.tsx'
import { SensorFacts } from './sensor-facts.tsx'

const SERIES: readonly ChartSeries[] = [
  { key: 'cpu', name: 'all', hue: 'cpu', style: 'line' },
  { key: 'cpu.kernel', name: 'of it kernel', hue: 'cpu', style: 'area' },
]
const percent = (value: number | null): string => formatPercent(value, 1)
const THERMAL_WORDS: Readonly<Record<ThermalPressure, string>> = {
  nominal: 'no',
  moderate: 'a little',
  heavy: 'much',
  trapping: 'as much as can be',
  sleeping: 'about to sleep',
}
const axisPercent = (value: number | null): string => formatPercent(value)

export function CpuPanel() {
  const seconds = usePreference('chartSeconds')
  const view = usePreference('cpuView')
  const cpu = useSystem((system) => system?.cpu ?? null)
  const threads = useStats((frame) => frame?.cpu.logical_count ?? null)
  const intervalMs = useStats((frame) => frame?.interval_ms ?? null)
  const model = [
    cpu?.model,
    cpu?.cores == null ? null : `${cpu.cores} cores`,
    threads === null ? null : `${threads} threads`,
  ].filter(Boolean)
  return (
    <PanelFrame
      title="CPU"
      model={model.length === 0 ? null : model.join(', ')}
      sentence={<CpuSentence />}
      controls={
        <Segments
          label="Show"
          value={view}
          options={[
            { value: 'machine', text: 'Machine' },
            { value: 'cores', text: 'Per core' },
            { value: 'both', text: 'Both' },
          ]}
          onChange={(value) => setPreference('cpuView', value)}
        />
      }
      facts={<CpuFacts />}
    >
      {view !== 'cores' && (
        <Chart
          title="Use of the whole machine"
          series={SERIES}
          seconds={seconds}
          maximum={100}
          format={axisPercent}
          who={biggestOnCpu}
          {...(intervalMs !== null && {
            note: `${Number((intervalMs / 1000).toFixed(1))}\u202fs steps`,
          })}
        />
      )}
      {view !== 'machine' && <Cores />}
      <NumaNodes />
    </PanelFrame>
  )
}

const HOT_PERCENT = 60
const TEN_MINUTES_MS = 600_000

function CpuSentence() {
  const stats = useStats((frame) => frame)
  if (stats === null) return <>Connecting…</>
  if (stats.cpu_usage === null) return <>Measuring, one second…</>
  const speed = stats.cpu.frequency_mhz
  const { times, values } = statsHistory.series(
    'cpu',
    stats.sampled_at_ms - TEN_MINUTES_MS,
    stats.sampled_at_ms,
  )
  let peak = 0
  for (const [index, value] of values.entries()) {
    if ((value ?? -1) > (values[peak] ?? -1)) peak = index
  }
  return (
    <>
      <b>{formatPercent(stats.cpu_usage)} busy</b>
      {speed !== null && ` at ${formatHertz(speed * 1e6)}`}. {hotWords(stats.cpu.cores)}
      Peak of the last 10 minutes: {formatPercent(values[peak] ?? null)} at{' '}
      {formatClock(times[peak] ?? null)}.
    </>
  )
}

/** Most is more than half of what all cores do; empty where none stands out. */
function hotWords(cores: CpuStats['cores']): string {
  const hot = cores.filter((core) => (core.usage_percent ?? 0) > HOT_PERCENT)
  if (hot.length === 0 || hot.length > 4 || hot.length === cores.length) return ''
  const sumOf = (some: CpuStats['cores']) => sumKnown(some, (core) => core.usage_percent) ?? 0
  const isMost = sumOf(hot) > sumOf(cores) / 2
  const names = listWords(hot.map(({ index }) => String(index)))
  if (hot.length === 1) return `Core ${names} ${isMost ? 'carries most of it' : 'is the busiest'}. `
  return `Cores ${names} ${isMost ? 'carry most of it' : 'are the busiest'}. `
}

function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function CpuFacts() {
  const stats = useStats((frame) => frame)
  const system = useSystem((info) => info)
  const totals = useProcesses((live) => live.totals)
  if (stats === null) return null
  const { cpu, pressure } = stats
  const info = system?.cpu
  const caches = [info?.l1_bytes, info?.l2_bytes, info?.l3_bytes]
  const modes = cpu.modes
  return (
    <>
      <BigFacts
        facts={[
          { name: 'In use', value: formatPercent(stats.cpu_usage), tie: { hue: 'cpu', look: '' } },
          {
            name: 'of it kernel',
            value: percent(cpu.kernel_percent),
            tie: { hue: 'cpu', look: 'faint' },
          },
          ...(cpu.frequency_mhz === null
            ? []
            : [{ name: 'Speed', value: formatHertz(cpu.frequency_mhz * 1e6) }]),
          ...(cpu.temperature_celsius === null
            ? []
            : [{ name: 'Temperature', value: formatCelsius(cpu.temperature_celsius) }]),
          { name: 'Processes', value: formatCount(totals?.process_count ?? null) },
          { name: 'Threads', value: formatCount(totals?.thread_count ?? null) },
          ...(cpu.load_average === null
            ? []
            : [
                {
                  name: 'Load 1, 5, 15 min',
                  value: cpu.load_average.map((load) => load.toFixed(2)).join('\u2002'),
                  small: true,
                },
              ]),
          ...(pressure.cpu?.some == null
            ? []
            : [{ name: 'Waiting for CPU', value: percent(pressure.cpu.some.avg10) }]),
        ]}
      />
      <FactList
        facts={[
          ['Up', stats.uptime_seconds === null ? null : formatDuration(stats.uptime_seconds)],
          ['Temperature', whyNoTemperature(cpu.temperature_celsius, system)],
          ['Fastest', mhz(info?.max_mhz ?? cpu.frequency_max_mhz)],
          ['Base speed', mhz(info?.base_mhz)],
          ['Sockets', count(info?.sockets)],
          [
            'Cores, threads',
            info?.cores == null ? `${cpu.logical_count} threads` : `${info.cores}, ${info.threads}`,
          ],
          ['Kinds of cores', kindsOf(info?.groups ?? null)],
          [
            'NUMA nodes',
            info?.numa_nodes == null || info.numa_nodes < 2 ? null : count(info.numa_nodes),
          ],
          [
            'L1, L2, L3',
            caches.every((size) => size == null)
              ? null
              : caches.map((size) => withoutZeros(formatBytes(size ?? null))).join(', '),
          ],
          ['Governor', info?.governor ?? null],
          ['Driver', info?.driver ?? null],
          ['Virtualisation', info?.virtualization ?? null],
          ['Throttled', cpu.throttled === null ? null : cpu.throttled ? 'yes, by heat' : 'no'],
          [
            'Held back by heat',
            cpu.thermal_pressure == null ? null : THERMAL_WORDS[cpu.thermal_pressure],
          ],
          modes.nice === null
            ? ['User', percent(modes.user)]
            : ['User, low priority', `${percent(modes.user)}, ${percent(modes.nice)}`],
          ['Interrupts', interrupts(modes)],
          [
            'Taken by the host',
            modes.steal === null || modes.steal < 0.05 ? null : percent(modes.steal),
          ],
          ['Waits for a disk', modes.iowait === null ? null : percent(modes.iowait)],
          ['Context switches', perSecond(cpu.context_switches_per_second)],
          ['New processes', perSecond(cpu.forks_per_second)],
        ]}
      />
      <SensorFacts />
    </>
  )
}

/** `8 performance, 16 efficient`; `null`: all are of one kind. Threads, as the charts count them. */
function kindsOf(groups: SystemInfo['cpu']['groups']): string | null {
  const counts = new Map<string, number>()
  for (const { kind, cpus } of groups ?? []) {
    if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + cpus.length)
  }
  const parts = [...counts].map(([kind, threads]) => `${threads} ${kind}`)
  return parts.length < 2 ? null : `${parts.join(', ')} threads`
}

/** Said, as people look for it; `null` where it is known and stands above. */
function whyNoTemperature(celsius: number | null, system: SystemInfo | null): string | null {
  if (celsius !== null || system === null) return null
  return system.virtual_machine === null ? 'no sensor reports it' : 'hidden by the host'
}

/** `null`: this system counts neither of both apart. */
function interrupts({ irq, softirq }: CpuStats['modes']): string | null {
  return irq === null && softirq === null ? null : percent((irq ?? 0) + (softirq ?? 0))
}

const mhz = (value: number | null | undefined): string | null =>
  value == null ? null : formatHertz(value * 1e6)
const count = (value: number | null | undefined): string | null =>
  value == null ? null : formatCount(value)
const perSecond = (value: number | null): string | null =>
  value === null ? null : `${formatCount(value)}/s`
