import type { ProcessRow } from '@taskmanager/contracts'
import { memo, useCallback, type CSSProperties } from 'react'
import { useInTurn } from '../../components/grid/use-in-turn.ts'
import { HeatCell } from '../../components/heat-cell.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import { SparkCell } from '../../components/spark-cell.tsx'
import type { AskedIndex } from '../../lib/asked-index.ts'
import { atLeastHint } from '../../lib/at-least.ts'
import { commandHint } from '../../lib/command-hint.ts'
import { networkReason, networkUseOf, type NetworkUses } from '../../lib/network-use.ts'
import { networkHint, networkLeast } from '../../lib/network-words.ts'
import { portsOf } from '../../lib/filter.ts'
import { formatCores, formatExit } from '../../lib/format.ts'
import { portHint, type PortIndex } from '../../lib/port-index.ts'
import { figureOf, isDiskDenied } from '../../lib/process-tree.ts'
import { endingText, type Endings } from '../../stores/endings.ts'
import { lineHistory } from './branch-history.ts'
import {
  askedReason,
  askedValue,
  cellText,
  plainReason,
  unknownReason,
  type Column,
} from './columns.ts'
import type { ViewRow } from './process-view.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

/** What all rows of one picture share. */
export interface RowContext {
  readonly columns: readonly Column[]
  readonly seq: number
  readonly nowMs: number
  /** Factor from share of the machine to the scale shown. */
  readonly cpuFactor: number
  readonly cpuCount: number
  readonly memoryTotal: number | null
  readonly gpuMemoryTotal: number | null
  /** Full scale of the disk tint, bytes per second. */
  readonly diskScale: number
  /** The same of the network. */
  readonly networkScale: number
  /** `null`: not known. */
  readonly network: NetworkUses | null
  readonly tree: boolean
  readonly isPhone: boolean
  readonly ports: PortIndex | null
  /** What is read only while a column shows it; `null`: not known. */
  readonly asked: AskedIndex | null
  /** Ports asked for: rows say what they do there. */
  readonly askedPorts: readonly number[]
  /** What this page has asked to end and can still take back. */
  readonly endings: Endings
}

interface ProcessTableRowProps {
  readonly line: ViewRow
  readonly index: number
  readonly id: string
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly isNew: boolean
  readonly context: RowContext
}

/** One line of the table. */
export const ProcessTableRow = memo(function ProcessTableRow(props: ProcessTableRowProps) {
  return <ShownRow {...props} {...useInTurn(props.line, props.context)} />
})

/** Its cells are memoised on their text, so a sample touches only what changed. */
const ShownRow = memo(function ShownRow(props: ProcessTableRowProps) {
  const { line, index, id, isSelected, isCursor, isNew, context } = props
  const names = [
    'row',
    line.isParent && 'parent',
    (line.kind === 'fold' || line.kind === 'ghost') && 'fold',
    line.isEnded && 'ended',
    line.isDimmed && 'dimmed',
    isNew && 'new',
    isCursor && 'cursor',
  ].filter(Boolean)
  return (
    <div
      role="row"
      id={id}
      data-key={line.key}
      className={names.join(' ')}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      {...(context.tree && {
        'aria-level': line.depth + 1,
        'aria-posinset': line.position?.[0],
        'aria-setsize': line.position?.[1],
        ...(line.isParent && { 'aria-expanded': line.isOpen }),
      })}
    >
      {context.columns.map((column, at) => (
        <Cell key={column.id} column={column} at={at + 1} line={line} context={context} />
      ))}
    </div>
  )
})

interface CellProps {
  readonly column: Column
  readonly at: number
  readonly line: ViewRow
  readonly context: RowContext
}

function Cell({ column, at, line, context }: CellProps) {
  const { row, figures } = line
  if (column.id === 'name') return <NameCell {...nameProps(line, context)} />
  if (column.id === 'spark') {
    return <LineSpark line={line} seq={context.seq} at={at} />
  }
  if ((line.kind === 'fold' || line.kind === 'ghost') && column.figure === undefined) {
    return <TextCell text="" at={at} className="cell" />
  }
  if (column.id === 'state') {
    return line.isEnded ? (
      <TextCell text={`Ended${formatExit(line.exit)}`} at={at} className="cell txt dim" />
    ) : (
      <StateCell text={cellText(column, row, figures, context)} status={row.status} at={at} />
    )
  }
  const text = cellText(column, row, figures, context)
  if (column.figure === undefined) {
    const reason = textReason(column, row, context)
    if (reason !== null) {
      return (
        <HeatCell
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
    const muted = column.id === 'user' ? 'mid' : 'dim'
    const align = column.isText ? 'txt' : 'num'
    return <TextCell text={text} at={at} className={`cell ${align} ${muted}`} />
  }
  const isUnknown = figureOf(figures, column.figure) === null
  return (
    <HeatCell
      hue={column.hue ?? null}
      text={text}
      share={shareOf(column, line, context)}
      reason={isUnknown ? reasonOf(column, row, context) : null}
      least={leastOf(column, line)}
      title={titleOf(column, line, context)}
      column={at}
    />
  )
}

/** Why a cell that shows no figure is empty; `null`: it is not. */
function textReason(column: Column, row: ProcessRow, { asked }: RowContext): string | null {
  if (column.asks === undefined) return plainReason(row, column)
  const isUnknown = askedValue(column, asked?.get(keyOfProcess(row))) === undefined
  return isUnknown ? askedReason(row, column.asks, asked) : null
}

function reasonOf(column: Column, row: ProcessRow, { asked, network }: RowContext): string {
  if (column.asks !== undefined) return askedReason(row, column.asks, asked)
  if (column.hue === 'net') {
    const why = networkUseOf(network, row)
    return networkReason(typeof why === 'string' ? why : 'measuring', row.user)
  }
  // Who may not read its disk traffic may not look behind its descriptors either.
  const isDenied = column.hue === 'gpu' && isDiskDenied(row)
  return (
    unknownReason(row, isDenied ? 'read_bytes_per_second' : column.field) ??
    'not reported by this system'
  )
}

/** Why a sum is only a least value. */
function leastOf(column: Column, { figures, count }: ViewRow): string | null {
  if (column.hue === 'disk') return atLeastHint(figures.diskDenied, count)
  if (column.hue === 'net') return networkLeast(figures, count)
  return column.id === 'files' ? atLeastHint(figures.filesDenied, count) : null
}

const WAITS: ReadonlySet<string> = new Set(['waiting', 'io-wait', 'swap-wait'])

function titleOf(column: Column, { figures }: ViewRow, context: RowContext): string | undefined {
  if (WAITS.has(column.id)) return '100 % is one thread that waited all the time'
  if (column.id === 'network') return networkHint(figures) ?? undefined
  return column.id === 'cpu' && figures.cpu !== null
    ? formatCores(figures.cpu, context.cpuCount)
    : undefined
}

/** Mean of three samples against the scale of the column, to a thousandth: finer is not seen. */
function shareOf(column: Column, { means }: ViewRow, context: RowContext): number | null {
  const value = column.figure === undefined ? null : figureOf(means, column.figure)
  if (value === null || column.hue === undefined) return null
  const scale = {
    cpu: 100,
    mem: context.memoryTotal,
    disk: context.diskScale,
    net: context.networkScale,
    gpu: column.id === 'gpu' ? 100 : context.gpuMemoryTotal,
  }[column.hue]
  return scale === null || scale === 0 ? null : Math.round((value / scale) * 1000) / 1000
}

interface NameProps {
  readonly name: string
  readonly hint: string
  readonly icon: IconName
  readonly depth: number
  readonly count: number
  /** `null`: nothing to open. */
  readonly isOpen: boolean | null
  readonly tree: boolean
  readonly sub: string | null
}

function nameProps(line: ViewRow, context: RowContext): NameProps {
  const { row } = line
  const sub =
    line.kind === 'ghost'
      ? row.cmdline
      : line.isParent
        ? `${line.count} processes`
        : `PID ${row.pid}`
  return {
    name: line.kind === 'fold' ? `${line.count} more` : row.name,
    hint:
      line.kind === 'fold'
        ? ''
        : line.kind === 'ghost'
          ? (row.cmdline ?? '')
          : hintOf(line, context),
    icon: iconOf(line),
    depth: context.isPhone ? Math.min(line.depth, 4) * 0.7 : line.depth,
    count: line.isParent ? line.count : 0,
    isOpen: line.isParent ? line.isOpen : null,
    tree: context.tree && !context.isPhone,
    sub: context.isPhone
      ? [sub, phoneHint(line, context) ?? row.user].filter(Boolean).join(' · ')
      : null,
  }
}

const NameCell = memo(function NameCell(props: NameProps) {
  const { name, hint, icon, depth, count, isOpen, tree, sub } = props
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      className="cell nm"
      style={{ '--d': depth } as CSSProperties}
    >
      {tree && (
        <span className="tw" aria-hidden="true">
          {isOpen !== null && <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />}
        </span>
      )}
      <Icon name={icon} />
      <span className="n" title={name}>
        {name}
        {sub !== null && <small>{sub}</small>}
      </span>
      {count > 0 && sub === null && (
        <span className="k">
          {count}
          <span className="vh"> processes</span>
        </span>
      )}
      {hint !== '' && sub === null && <span className="h">{hint}</span>}
    </div>
  )
})

function iconOf({ kind, row }: ViewRow): IconName {
  if (kind === 'fold') return 'more'
  return kind === 'ghost' || row.status === 'zombie' ? 'ghost' : kindIcon(row.kind)
}

/** On a phone the port asked for, and an end that waits, are worth more than the user. */
function phoneHint(line: ViewRow, context: RowContext): string | null {
  return context.askedPorts.length > 0 ? hintOf(line, context) : endingOf(line, context)
}

const endingOf = ({ row }: ViewRow, { endings, nowMs }: RowContext): string | null =>
  endingText(endings, () => [keyOfProcess(row)], nowMs)

/** What tells two processes of one name apart: the unit, or the first telling argument. */
function hintOf(line: ViewRow, context: RowContext): string {
  const { row, kind, isParent } = line
  const { ports, askedPorts } = context
  const ending = endingOf(line, context)
  if (ending !== null) return ending
  if (askedPorts.length > 0) {
    const held = portsOf(row, ports)
    const hints = askedPorts.map((port) => portHint(held, port)).filter((hint) => hint !== null)
    if (hints.length > 0) return hints.join(', ')
  }
  if (kind === 'itself') return 'itself'
  if (row.status === 'zombie') return 'its parent has not collected it'
  if (row.kind === 'kernel') return isParent ? 'kernel threads' : ''
  if (row.kind === 'service' && row.unit !== null) return row.unit
  return commandHint(row.cmdline)
}

const TextCell = memo(function TextCell(props: { text: string; at: number; className: string }) {
  const { text, at, className } = props
  return (
    <div
      role="gridcell"
      aria-colindex={at}
      className={className}
      title={text.length > 12 ? text : undefined}
    >
      {text}
    </div>
  )
})

const STATE_LOOKS: Partial<Record<ProcessRow['status'], readonly [IconName, string]>> = {
  stopped: ['suspend', 'mid'],
  'tracing-stop': ['suspend', 'mid'],
  'disk-sleep': ['disk', 'warn'],
  zombie: ['ghost', 'warn'],
  'not-responding': ['warning', 'warn'],
}

/** A state that matters has a shape and a word, not a colour alone. */
const StateCell = memo(function StateCell(props: {
  text: string
  status: ProcessRow['status']
  at: number
}) {
  const { text, status, at } = props
  const [icon, look] = STATE_LOOKS[status] ?? [null, status === 'running' ? '' : 'dim']
  return (
    <div role="gridcell" aria-colindex={at} className={`cell txt state ${look}`}>
      {icon !== null && <Icon name={icon} size="s" />}
      {text}
    </div>
  )
})

function LineSpark({ line, seq, at }: { line: ViewRow; seq: number; at: number }) {
  const read = useCallback(() => lineHistory(line), [line])
  return <SparkCell read={read} seq={seq} column={at} />
}
