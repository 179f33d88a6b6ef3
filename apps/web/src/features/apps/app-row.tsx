import type { ProcessRow } from '@taskmanager/contracts'
import { memo, useCallback, type CSSProperties, type ReactNode } from 'react'
import { useInTurn } from '../../components/grid/use-in-turn.ts'
import { HeatCell } from '../../components/heat-cell.tsx'
import { Icon } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import { SparkCell } from '../../components/spark-cell.tsx'
import { atLeastHint } from '../../lib/at-least.ts'
import { networkReason, networkUseOf } from '../../lib/network-use.ts'
import { networkHint, networkLeast } from '../../lib/network-words.ts'
import { formatCores, formatCount } from '../../lib/format.ts'
import { isDiskDenied } from '../../lib/process-tree.ts'
import { unknownWords } from '../../lib/unknown-words.ts'
import { endingText, type Endings } from '../../stores/endings.ts'
import { appCpuHistory, cpuHistory } from '../../stores/live-processes.ts'
import type { AppColumn, AppTextContext } from './app-columns.ts'
import { figuresOfApp, figuresOfRows, type AppFigures, type BesideApps } from './app-figures.ts'
import { NO_ROWS, type AppLine, type AppRowLine } from './app-lines.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

export interface AppRowContext extends AppTextContext, BesideApps {
  readonly columns: readonly AppColumn[]
  readonly seq: number
  readonly cpuCount: number
  readonly memoryTotal: number | null
  readonly gpuMemoryTotal: number | null
  readonly diskScale: number
  readonly networkScale: number
  /** What this page has asked to end and can still take back. */
  readonly endings: Endings
}

interface AppTableRowProps {
  readonly line: AppLine
  readonly index: number
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly context: AppRowContext
}

export function figuresOf(line: AppRowLine, beside: BesideApps): AppFigures {
  if (line.kind === 'app') {
    return figuresOfApp(line.app, line.isEnded ? { ...beside, rows: NO_ROWS } : beside)
  }
  return figuresOfRows(line.kind === 'process' ? [line.row] : line.rows, beside)
}

/** One line of the table. */
export const AppTableRow = memo(function AppTableRow(props: AppTableRowProps) {
  return <ShownRow {...props} {...useInTurn(props.line, props.context)} />
})

const ShownRow = memo(function ShownRow(props: AppTableRowProps) {
  const { line, index, isSelected, isCursor, context } = props
  const common = {
    role: 'row',
    id: `row-${line.key}`,
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
  const figures = figuresOf(line, context)
  const names = [
    'row',
    line.kind === 'app' && 'app',
    line.kind === 'more' && 'fold',
    line.isEnded && 'ended',
    isCursor && 'cursor',
  ]
  return (
    <div
      {...common}
      className={names.filter(Boolean).join(' ')}
      aria-level={line.depth + 1}
      aria-selected={isSelected}
      {...(line.isParent && { 'aria-expanded': line.isOpen })}
    >
      {context.columns.map((column, at) =>
        column.id === 'name' ? (
          <NameCell key="name" {...nameProps(line, context)} />
        ) : (
          cell(column, at + 1, { line, figures, context })
        ),
      )}
    </div>
  )
})

interface CellInput {
  readonly line: AppRowLine
  readonly figures: AppFigures
  readonly context: AppRowContext
}

function cell(column: AppColumn, at: number, { line, figures, context }: CellInput): ReactNode {
  if (column.id === 'spark') {
    return <LineSpark key="spark" line={line} seq={context.seq} at={at} />
  }
  const text = column.text(figures, context)
  if (column.hue === undefined) {
    const reason = textReason(column, { line, figures, context })
    if (reason !== null) {
      return (
        <HeatCell
          key={column.id}
          hue={null}
          isText={column.isText}
          text={text}
          share={null}
          reason={reason}
          title={undefined}
          column={at}
        />
      )
    }
    const look = column.isText ? 'txt mid' : 'num mid'
    return <TextCell key={column.id} text={text} at={at} look={look} />
  }
  const value = column.value(figures)
  return (
    <HeatCell
      key={column.id}
      hue={column.hue}
      text={text}
      share={typeof value === 'number' ? shareOf(column, value, context) : null}
      reason={value === null ? reasonOf(column, line, context) : null}
      least={leastOf(column, { line, figures, context })}
      title={titleOf(column, line, figures, context)}
      column={at}
    />
  )
}

/** Row field by which the service says why a text or a count is not known. */
const FIELDS: Partial<Record<AppColumn['id'], string>> = {
  age: 'started_at_ms',
  by: 'started_by',
  user: 'user',
  threads: 'num_threads',
}

/** Why a cell without a tint is empty; `null`: it is not, or such a line has no such thing. */
function textReason(column: AppColumn, { line, figures, context }: CellInput): string | null {
  const field = FIELDS[column.id]
  if (field === undefined || column.value(figures) !== null) return null
  if (line.kind === 'more') return column.id === 'threads' ? unknownWords() : null
  const about = line.kind === 'app' ? line.app : line.row
  if (line.kind === 'app' && column.id === 'user') {
    const users = new Set(membersOf(line, context.rows).map(({ uid }) => uid))
    if (users.size > 1) return 'its processes belong to several users'
  }
  return unknownWords(about.unknown[field], about.user)
}

/** Against the scale of the column, to a thousandth: finer is not seen. */
function shareOf({ id, hue }: AppColumn, value: number, context: AppRowContext): number | null {
  const scale = {
    cpu: 100,
    mem: context.memoryTotal,
    disk: context.diskScale,
    net: context.networkScale,
    gpu: id === 'gpu' ? 100 : context.gpuMemoryTotal,
  }[hue ?? 'cpu']
  return scale === null || scale === 0 ? null : Math.round((value / scale) * 1000) / 1000
}

/** Why the traffic of a line is only a least value. */
function leastOf({ hue }: AppColumn, { line, figures, context }: CellInput): string | null {
  if (hue === 'net') return networkLeast(figures, figures.processes)
  if (hue !== 'disk') return null
  const members = membersOf(line, context.rows)
  return atLeastHint(members.filter(isDiskDenied).length, members.length)
}

function titleOf(
  { id }: AppColumn,
  line: AppRowLine,
  figures: AppFigures,
  { cpuCount }: AppRowContext,
): string | undefined {
  if (id === 'cpu' && figures.cpu !== null) return formatCores(figures.cpu, cpuCount)
  if (id === 'network') return networkHint(figures) ?? undefined
  return id === 'memory' ? memoryHint(line) : undefined
}

function reasonOf({ hue }: AppColumn, line: AppRowLine, context: AppRowContext): string {
  if (line.isEnded) return 'it has ended'
  if (hue === 'cpu') return 'measuring, one second'
  if (hue === 'net') return networkReasonOf(line, context)
  const unknown =
    line.kind === 'process' ? line.row.unknown : line.kind === 'app' ? line.app.unknown : {}
  const reason = unknown['read_bytes_per_second']
  const user = line.kind === 'process' ? line.row.user : line.app.user
  if (reason === 'not_permitted') return unknownWords(reason, user)
  if (hue === 'gpu') return 'not reported by this driver'
  return reason === 'first_sample' ? 'measuring, one second' : 'not reported by this system'
}

/** Nothing is known of any process of the line: what is said of the first is said of all. */
function networkReasonOf(line: AppRowLine, { network, rows }: AppRowContext): string {
  const [first] = membersOf(line, rows)
  const why = first === undefined ? 'measuring' : networkUseOf(network, first)
  return networkReason(typeof why === 'string' ? why : 'measuring', first?.user ?? null)
}

function memoryHint(line: AppRowLine): string | undefined {
  if (line.kind !== 'app') return undefined
  return {
    pss: 'Shared pages are split among those who share them (PSS).',
    rss: 'Shared pages count once per process (RSS).',
    mixed: 'PSS where it is known, RSS for the rest.',
  }[line.app.memory_source]
}

/** When any process of the line ends, or that it has. */
function endingOf(line: AppRowLine, { endings, rows, nowMs }: AppRowContext): string | null {
  if (line.isEnded) return 'ended'
  return endingText(endings, () => membersOf(line, rows).map(keyOfProcess), nowMs)
}

function membersOf(line: AppRowLine, rows: AppRowContext['rows']): readonly ProcessRow[] {
  if (line.kind === 'app') {
    return line.isEnded ? [] : line.app.pids.flatMap((pid) => rows.get(pid) ?? [])
  }
  return line.kind === 'more' ? line.rows : [line.row]
}

function nameProps(line: AppRowLine, context: AppRowContext) {
  const isHung = membersOf(line, context.rows).some(({ status }) => status === 'not-responding')
  return { ...wordsOf(line, context), isHung }
}

function wordsOf(line: AppRowLine, context: AppRowContext) {
  const ending = endingOf(line, context)

  if (line.kind === 'more') {
    return {
      name: `${line.rows.length} more`,
      hint: ending ?? '',
      icon: null,
      isOpen: null,
      isChild: true,
    }
  }
  if (line.kind === 'process') {
    const words = (line.row.cmdline ?? '').split(' ').slice(1)
    const hint = words
      .map((word) => word.split('/').at(-1) ?? '')
      .join(' ')
      .trim()
      .slice(0, 80)
    return { name: line.row.name, hint: ending ?? hint, icon: null, isOpen: null, isChild: true }
  }
  return {
    name: line.app.name,
    hint: ending ?? '',
    icon: kindIcon(line.app.kind),
    isOpen: line.isParent ? line.isOpen : null,
    isChild: false,
  }
}

const NameCell = memo(function NameCell(props: ReturnType<typeof nameProps>) {
  const { name, hint, icon, isOpen, isChild, isHung } = props
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
      {isHung && (
        <span className="k warn" title="not responding">
          <Icon name="warning" size="s" />
          not responding
        </span>
      )}
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

function LineSpark({ line, seq, at }: { line: AppRowLine; seq: number; at: number }) {
  const appId = line.kind === 'app' ? line.app.id : null
  const [pid, startId] = line.kind === 'process' ? [line.row.pid, line.row.start_id] : [0, '']
  const read = useCallback(
    () => (appId !== null ? appCpuHistory(appId) : cpuHistory(pid, startId)),
    [appId, pid, startId],
  )
  return <SparkCell read={read} seq={seq} column={at} />
}
