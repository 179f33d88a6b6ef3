import type { ProcessRow } from '@taskmanager/contracts'
import { memo, useCallback, type CSSProperties, type ReactNode } from 'react'
import { HeatCell } from '../../components/heat-cell.tsx'
import { Icon } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import { SparkCell } from '../../components/spark-cell.tsx'
import { atLeastHint } from '../../lib/at-least.ts'
import {
  cellMib,
  cellPercent,
  cellRate,
  formatCores,
  formatCount,
  formatDuration,
  UNKNOWN,
} from '../../lib/format.ts'
import { isDiskDenied } from '../../lib/process-tree.ts'
import { appCpuHistory, cpuHistory } from '../../stores/live-processes.ts'
import { diskRate, type AppColumn } from './app-columns.ts'
import type { AppLine } from './app-lines.ts'

export interface AppRowContext {
  readonly columns: readonly AppColumn[]
  readonly seq: number
  readonly nowMs: number
  readonly cpuFactor: number
  readonly cpuCount: number
  readonly memoryTotal: number | null
  readonly diskScale: number
  /** Every process, by pid: an app's sums may lack some of its own. */
  readonly rows: ReadonlyMap<number, ProcessRow>
}

interface AppTableRowProps {
  readonly line: AppLine
  readonly index: number
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly context: AppRowContext
}

/** Figures of any line, an app, a process or what is folded. */
interface Figures {
  readonly count: string
  readonly cpu: number | null
  readonly memory: number | null
  readonly disk: number | null
  readonly startedAtMs: number | null
  readonly by: string
  readonly diskReason: string
}

export function AppTableRow({ line, index, isSelected, isCursor, context }: AppTableRowProps) {
  const common = {
    role: 'row',
    id: `app-row-${line.key}`,
    'data-key': line.key,
    'aria-rowindex': index + 2,
  } as const
  if (line.kind === 'section') {
    return (
      <div {...common} className="section">
        <span role="gridcell" aria-colspan={context.columns.length}>
          {line.title} <span className="dim">{formatCount(line.count)}</span>
        </span>
      </div>
    )
  }
  const names = [
    'row',
    line.kind === 'app' && 'app',
    line.kind === 'more' && 'fold',
    isCursor && 'cursor',
  ]
  return (
    <div
      {...common}
      className={names.filter(Boolean).join(' ')}
      aria-level={line.kind === 'app' ? 1 : 2}
      aria-selected={isSelected}
      {...(line.kind === 'app' && line.app.process_count > 1 && { 'aria-expanded': line.isOpen })}
    >
      {context.columns.map((column, at) => cell(column, at + 1, line, context))}
    </div>
  )
}

type RowLine = Exclude<AppLine, { kind: 'section' }>

function cell(column: AppColumn, at: number, line: RowLine, context: AppRowContext): ReactNode {
  const figures = figuresOf(line)
  const text = (value: string, look: string) => (
    <TextCell key={column.id} text={value} at={at} look={look} />
  )
  const heat = (
    value: number | null,
    shown: string,
    scale: number | null,
    title?: string,
    least: string | null = null,
  ) => (
    <HeatCell
      key={column.id}
      hue={column.hue ?? null}
      text={shown}
      share={value === null || scale === null ? null : Math.round((value / scale) * 1000) / 1000}
      reason={
        value === null ? (column.id === 'cpu' ? 'measuring, one second' : figures.diskReason) : null
      }
      least={least}
      title={title}
      column={at}
    />
  )
  switch (column.id) {
    case 'name':
      return <NameCell key="name" {...nameProps(line)} />
    case 'processes':
      return text(figures.count, 'num mid')
    case 'cpu':
      return heat(
        figures.cpu,
        cellPercent(figures.cpu === null ? null : figures.cpu * context.cpuFactor),
        100,
        figures.cpu === null ? undefined : formatCores(figures.cpu, context.cpuCount),
      )
    case 'spark':
      return <LineSpark key="spark" line={line} seq={context.seq} at={at} />
    case 'memory':
      return heat(figures.memory, cellMib(figures.memory), context.memoryTotal, memoryHint(line))
    case 'disk':
      return heat(
        figures.disk,
        cellRate(figures.disk),
        context.diskScale,
        undefined,
        atLeast(line, context),
      )
    case 'age':
      return text(
        figures.startedAtMs === null
          ? ''
          : formatDuration((context.nowMs - figures.startedAtMs) / 1000),
        'num mid',
      )
    case 'by':
      return text(figures.by, 'txt mid')
    default:
      return column.id satisfies never
  }
}

function figuresOf(line: RowLine): Figures {
  const diskReason = reasonOf(line)
  if (line.kind === 'app') {
    const { app } = line
    return {
      count: formatCount(app.process_count),
      cpu: app.cpu_percent,
      memory: app.memory,
      disk: diskRate(app),
      startedAtMs: app.started_at_ms,
      by: app.started_by ?? UNKNOWN,
      diskReason,
    }
  }
  const rows = line.kind === 'process' ? [line.row] : line.rows
  const sum = (read: (row: ProcessRow) => number | null) =>
    rows.reduce<number | null>((total, row) => {
      const value = read(row)
      return value === null ? total : (total ?? 0) + value
    }, null)
  return {
    count: line.kind === 'process' ? String(line.row.pid) : '',
    cpu: sum((row) => row.cpu_percent),
    memory: sum((row) => row.pss_bytes ?? row.memory),
    disk: sum(diskRate),
    startedAtMs: line.kind === 'process' ? line.row.started_at_ms : null,
    by: '',
    diskReason,
  }
}

/** Why the disk traffic of a line is only a least value. */
function atLeast(line: RowLine, { rows }: AppRowContext): string | null {
  const members =
    line.kind === 'app'
      ? line.app.pids.flatMap((pid) => rows.get(pid) ?? [])
      : line.kind === 'more'
        ? line.rows
        : [line.row]
  return atLeastHint(members.filter(isDiskDenied).length, members.length)
}

function reasonOf(line: RowLine): string {
  const unknown =
    line.kind === 'process' ? line.row.unknown : line.kind === 'app' ? line.app.unknown : {}
  const reason = unknown['read_bytes_per_second']
  const user = line.kind === 'process' ? line.row.user : line.app.user
  if (reason === 'not_permitted') {
    return user === null ? 'needs permission' : `needs permission: belongs to ${user}`
  }
  return reason === 'first_sample' ? 'measuring, one second' : 'not reported by this system'
}

function memoryHint(line: RowLine): string | undefined {
  if (line.kind !== 'app') return undefined
  return {
    pss: 'Shared pages are split among those who share them (PSS).',
    rss: 'Shared pages count once per process (RSS).',
    mixed: 'PSS where it is known, RSS for the rest.',
  }[line.app.memory_source]
}

function nameProps(line: RowLine) {
  if (line.kind === 'more') {
    return { name: `${line.rows.length} more`, hint: '', icon: null, isOpen: null, isChild: true }
  }
  if (line.kind === 'process') {
    const words = (line.row.cmdline ?? '').split(' ').slice(1)
    const hint = words
      .map((word) => word.split('/').at(-1) ?? '')
      .join(' ')
      .trim()
      .slice(0, 80)
    return { name: line.row.name, hint, icon: null, isOpen: null, isChild: true }
  }
  return {
    name: line.app.name,
    hint: '',
    icon: kindIcon(line.app.kind),
    isOpen: line.app.process_count > 1 ? line.isOpen : null,
    isChild: false,
  }
}

const NameCell = memo(function NameCell(props: ReturnType<typeof nameProps>) {
  const { name, hint, icon, isOpen, isChild } = props
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      className="cell nm"
      style={{ '--d': isChild ? 1.5 : 0 } as CSSProperties}
    >
      <span className="tw" aria-hidden="true">
        {isOpen !== null && <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />}
      </span>
      {icon !== null && (
        <span className="tile">
          <Icon name={icon} />
        </span>
      )}
      <span className="n" title={name}>
        {name}
      </span>
      {hint !== '' && <span className="h">{hint}</span>}
    </div>
  )
})

const TextCell = memo(function TextCell(props: { text: string; at: number; look: string }) {
  return (
    <div
      role="gridcell"
      aria-colindex={props.at}
      className={`cell ${props.look}`}
      title={props.text.length > 14 ? props.text : undefined}
    >
      {props.text}
    </div>
  )
})

function LineSpark({ line, seq, at }: { line: RowLine; seq: number; at: number }) {
  const appId = line.kind === 'app' ? line.app.id : null
  const [pid, startId] = line.kind === 'process' ? [line.row.pid, line.row.start_id] : [0, '']
  const read = useCallback(
    () => (appId !== null ? appCpuHistory(appId) : cpuHistory(pid, startId)),
    [appId, pid, startId],
  )
  return <SparkCell read={read} seq={seq} column={at} />
}
