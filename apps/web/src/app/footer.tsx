import type { OwnCost } from '@taskmanager/contracts'
import { Fragment } from 'react'
import { formatBytes, formatCount, formatPercent } from '../lib/format.ts'
import { sumKnown } from '../lib/stats-series.ts'
import {
  isOld,
  isSilent,
  useConnection,
  useConnectionState,
  useControl,
  type ConnectionState,
} from '../stores/connection.ts'
import { useProcesses } from '../stores/live-processes.ts'
import { useServiceClock, useStats } from '../stores/live-stats.ts'
import type { LiveService } from '@taskmanager/client'
import { lastDataText } from './liveness.ts'

/** Budget of the monitor itself: 1 % of the machine, 150 MiB. Over it, the footer says so. */
const MOST_CPU_PERCENT = 1
const MOST_MEMORY_BYTES = 150 * 1024 ** 2

export function Footer() {
  return (
    <footer className="foot">
      <Counts />
      <Sum />
      <span className="grow" />
      <LookingOnly />
      <Cost />
      <Service service="stats" name="System" />
      <Service service="accuracy" name="Lists" />
    </footer>
  )
}

function Counts() {
  const totals = useProcesses((live) => live.totals)
  const connection = useConnection('accuracy')
  const now = useServiceClock()
  if (totals === null)
    return <span>processes: {connection.state === 'down' ? 'unknown' : '…'}</span>
  if (isOld(connection.state) && connection.lastDataAtMs !== null) {
    return (
      <span>
        processes and threads: <b>{lastDataText(connection, now)}</b>
      </span>
    )
  }
  return (
    <>
      <span>
        <b>{formatCount(totals.process_count)}</b> processes
      </span>
      <span className="threads">
        <b>{formatCount(totals.thread_count)}</b> threads
      </span>
      <span className="hide-narrow">
        <b>{formatCount(totals.own_count)}</b> yours
      </span>
    </>
  )
}

/** The sum that adds up: listed + short-lived + interrupts (+ the rest) = total; what is nothing is left out. */
function Sum() {
  const accounting = useProcesses((live) => live.accounting)
  const old = isOld(useConnectionState('accuracy'))
  if (old || accounting?.busy_percent == null || accounting.listed_percent === null) return null
  const rest = (accounting.steal_percent ?? 0) + (accounting.unattributed_percent ?? 0)
  const more = [
    ['short-lived', accounting.ended_percent ?? 0],
    ['interrupts', accounting.irq_percent ?? 0],
    ['unattributed', rest],
  ] as const
  return (
    <span
      className="sum hide-narrow"
      title="Listed processes, kernel threads among them + those that ended within the last sample + interrupts + what cannot be attributed = busy time of the machine, in percent"
    >
      CPU <b>{accounting.listed_percent.toFixed(1)}</b> listed{' '}
      {more
        .filter(([, value]) => Math.abs(value) >= 0.05)
        .map(([name, value]) => (
          <Fragment key={name}>
            {value < 0 ? '−' : '+'} <b>{Math.abs(value).toFixed(1)}</b> {name}{' '}
          </Fragment>
        ))}
      = <b>{formatPercent(accounting.busy_percent, 1)}</b>
    </span>
  )
}

function LookingOnly() {
  const reason = useControl()
  const stats = useConnection('stats')
  if (reason == null || (isSilent(stats.state) && !stats.refused)) return null
  return (
    <span title={reason.message}>
      {reason.error === 'forbidden_scope' || reason.isPassing
        ? 'Looking only'
        : 'Looking only: open from the launcher, or paste a token in Settings'}
    </span>
  )
}

function Cost() {
  const stats = useStats((frame) => frame?.own_cost ?? null)
  const lists = useProcesses((live) => live.ownCost)
  const known = [stats, lists].filter((cost): cost is OwnCost => cost !== null)
  const cpu = sumKnown(known, (cost) => cost.cpu_percent)
  const memory = sumKnown(known, (cost) => cost.memory_bytes)
  if (cpu === null && memory === null) return <span>This monitor: measuring…</span>
  const over = (cpu ?? 0) > MOST_CPU_PERCENT || (memory ?? 0) > MOST_MEMORY_BYTES
  return (
    <span
      className={over ? 'cost over' : 'cost'}
      title={
        over
          ? 'More than its budget of 1 % of the machine and 150 MiB. A slower refresh costs less.'
          : 'What both services use themselves. Budget: 1 % of the machine, 150 MiB.'
      }
    >
      <span className="words">This monitor{over ? ', over its budget:' : ''} </span>
      <b>{formatPercent(cpu, 1)}</b> CPU, <b>{formatBytes(memory)}</b>
    </span>
  )
}

const LOOK: Record<ConnectionState, { dot: string; line: string; word: string | null }> = {
  connecting: { dot: 'off', line: '', word: 'connecting' },
  live: { dot: '', line: '', word: null },
  polling: { dot: 'off', line: '', word: 'polling' },
  stale: { dot: 'warn', line: 'warn', word: 'late' },
  down: { dot: 'warn', line: 'warn', word: 'no answer' },
  wrong_program: { dot: 'crit', line: 'crit', word: 'another program' },
}

function Service({ service, name }: { service: LiveService; name: string }) {
  const { state, port, latencyMs } = useConnection(service)
  const look = LOOK[state]
  const answer = latencyMs === null ? null : `${Math.max(1, Math.round(latencyMs))}\u202fms`
  return (
    <span
      className={`svc ${look.line}`}
      title={`${name} service, port ${port}: ${look.word ?? 'live'}${answer === null ? '' : `, answers in ${answer}`}`}
    >
      <i className={`dot ${look.dot}`} />
      {name} <b>{port}</b> {look.word ?? answer ?? 'live'}
    </span>
  )
}
