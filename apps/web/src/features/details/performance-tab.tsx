import type { ProcessInfo, ProcessRow } from '@taskmanager/contracts'
import { useState } from 'react'
import { formatBytes, formatCount, formatDuration, formatRate, UNKNOWN } from '../../lib/format.ts'
import { niceCeiling } from '../../lib/soft-maximum.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { LinePlot, ProcessPlot } from './process-plot.tsx'
import { useProcessInfo, type Identity } from './use-process-info.ts'

const KEPT = 600

interface PerformanceTabProps {
  readonly identity: Identity
  readonly info: ProcessInfo | undefined
  readonly row: ProcessRow | undefined
}

/** Charts since this tab was opened; the service keeps no past of single processes. */
export function PerformanceTab({ identity, info, row }: PerformanceTabProps) {
  const { info: withMemory } = useProcessInfo(identity, ['memory'])
  const seq = useProcesses((live) => live.sampledAtMs)
  const samples = useSamples(row, seq)
  const memory = withMemory?.memory ?? info?.memory
  const times = samples.map((sample) => sample.atMs)
  const span = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000
  const note = span < 1 ? 'since now' : `last ${formatDuration(span)}`
  return (
    <>
      <ProcessPlot identity={identity} label="CPU, last 60 seconds" />
      <RatePlot
        name="Memory"
        note={note}
        hue="--mem"
        times={times}
        values={samples.map((one) => one.memory)}
        format={formatBytes}
      />
      <RatePlot
        name="Read"
        note={note}
        hue="--disk"
        times={times}
        values={samples.map((one) => one.read)}
        format={formatRate}
      />
      <RatePlot
        name="Write"
        note={note}
        hue="--disk"
        times={times}
        values={samples.map((one) => one.write)}
        format={formatRate}
      />
      <dl className="kv">
        <dt>Resident</dt>
        <dd>
          {formatBytes(memory?.rss_bytes ?? null)}, most{' '}
          {formatBytes(memory?.peak_rss_bytes ?? null)}
        </dd>
        <dt>Its share (PSS)</dt>
        <dd>{formatBytes(memory?.pss_bytes ?? null)}</dd>
        <dt>Its own (USS)</dt>
        <dd>{formatBytes(memory?.uss_bytes ?? null)}</dd>
        <dt>Shared</dt>
        <dd>{formatBytes(memory?.shared_bytes ?? null)}</dd>
        <dt>Swapped out</dt>
        <dd>{formatBytes(memory?.swap_bytes ?? null)}</dd>
        <dt>Address space</dt>
        <dd>{formatBytes(memory?.vms_bytes ?? null)}</dd>
        <dt>Read, written</dt>
        <dd>
          {info?.io == null
            ? 'needs permission'
            : `${formatBytes(info.io.read_bytes)}, ${formatBytes(info.io.write_bytes)} since its start`}
        </dd>
        <dt>Switches</dt>
        <dd>
          {info === undefined
            ? UNKNOWN
            : `${formatCount(info.context_switches_voluntary)} by itself, ${formatCount(info.context_switches_involuntary)} pushed aside`}
        </dd>
      </dl>
    </>
  )
}

interface Sample {
  readonly atMs: number
  readonly memory: number | null
  readonly read: number | null
  readonly write: number | null
}

function useSamples(row: ProcessRow | undefined, atMs: number | null): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  // Kept while rendering, as React advises for state that follows a prop: an effect would draw twice.
  if (row !== undefined && atMs !== null && samples.at(-1)?.atMs !== atMs) {
    const next: Sample = {
      atMs,
      memory: row.memory,
      read: row.read_bytes_per_second,
      write: row.write_bytes_per_second,
    }
    setSamples([...samples.filter((one) => one.atMs < atMs), next].slice(-KEPT))
  }
  return samples
}

interface RatePlotProps {
  readonly name: string
  readonly note: string
  readonly hue: string
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  readonly format: (value: number | null) => string
}

function RatePlot({ name, note, hue, times, values, format }: RatePlotProps) {
  const known = values.filter((value) => value !== null)
  const now = known.at(-1) ?? null
  const peak = known.reduce((most, value) => Math.max(most, value), 0)
  // The window only grows, so the scale never shrinks under the line.
  const maximum = niceCeiling(peak * 1.15)
  return (
    <figure className="dr-chart">
      <figcaption>
        <span>
          {name} <b>{format(now)}</b>
        </span>
        <span className="dim">{note}</span>
      </figcaption>
      {known.length === 0 && times.length > 0 ? (
        <p className="dr-note">Not permitted or not reported.</p>
      ) : (
        <LinePlot
          label={`${name}, ${note}: now ${format(now)}, peak ${format(peak)}`}
          times={times}
          values={values}
          maximum={maximum}
          hue={hue}
        />
      )}
    </figure>
  )
}
