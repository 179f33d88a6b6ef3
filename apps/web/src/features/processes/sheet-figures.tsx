import { AtLeast } from '../../components/at-least.tsx'
import { Value } from '../../components/value.tsx'
import { atLeastHint } from '../../lib/at-least.ts'
import { formatBits, formatBytes, formatPercent, formatRate } from '../../lib/format.ts'
import { networkReason, networkUseOf, type NetworkUses } from '../../lib/network-use.ts'
import { networkLeast } from '../../lib/network-words.ts'
import { unknownReason } from './columns.ts'
import type { ViewRow } from './process-view.ts'

interface SheetFiguresProps {
  readonly line: ViewRow
  /** `undefined`: nobody looks, or this system does not tell. */
  readonly network: NetworkUses | null | undefined
}

/** CPU, memory, disk and network of a line, its branch included; what is not known says why. */
export function SheetFigures({ line, network }: SheetFiguresProps) {
  const { row, figures, count } = line
  const { cpu, memory, read, write } = figures
  const disk = read === null && write === null ? null : (read ?? 0) + (write ?? 0)
  const items = [
    ['cpu', 'CPU', cpu === null ? null : formatPercent(cpu, 1), unknownReason(row, 'cpu_percent')],
    ['mem', 'Memory', memory === null ? null : formatBytes(memory), unknownReason(row, 'memory')],
    [
      'disk',
      'Disk',
      disk === null ? null : formatRate(disk),
      unknownReason(row, 'read_bytes_per_second'),
      atLeastHint(figures.diskDenied, count),
    ],
    ...(network === undefined
      ? []
      : [
          [
            'net',
            'Network',
            figures.network === null ? null : formatBits(figures.network),
            whyNoNetwork(network, line),
            networkLeast(figures, count),
          ] as const,
        ]),
  ] as const
  return (
    <dl className="vals">
      {items.map(([hue, name, text, why, least = null]) => (
        <div key={name} className={`hue-${hue}`}>
          <dt>{name}</dt>
          <dd className={text === null ? 'quiet' : undefined}>
            {text === null ? (
              (why ?? 'not reported')
            ) : (
              <span title={least ?? undefined}>
                {least !== null && <AtLeast />}
                <Value>{text}</Value>
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function whyNoNetwork(network: NetworkUses | null, { row }: ViewRow): string | null {
  const why = networkUseOf(network, row)
  return typeof why === 'string' ? networkReason(why, row.user) : null
}
