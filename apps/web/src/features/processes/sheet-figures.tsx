import { AtLeast } from '../../components/at-least.tsx'
import { Value } from '../../components/value.tsx'
import { atLeastHint } from '../../lib/at-least.ts'
import { formatBytes, formatPercent, formatRate } from '../../lib/format.ts'
import { unknownReason } from './columns.ts'
import type { ViewRow } from './process-view.ts'

/** CPU, memory and disk of a line, its branch included; what is not known says why. */
export function SheetFigures({ line }: { readonly line: ViewRow }) {
  const { cpu, memory, read, write } = line.figures
  const disk = read === null && write === null ? null : (read ?? 0) + (write ?? 0)
  const least = atLeastHint(line.figures.diskDenied, line.count)
  const items = [
    ['cpu', 'CPU', cpu === null ? null : formatPercent(cpu, 1), 'cpu_percent'],
    ['mem', 'Memory', memory === null ? null : formatBytes(memory), 'memory'],
    ['disk', 'Disk', disk === null ? null : formatRate(disk), 'read_bytes_per_second'],
  ] as const
  return (
    <dl className="vals">
      {items.map(([hue, name, text, field]) => (
        <div key={name} className={`hue-${hue}`}>
          <dt>{name}</dt>
          <dd className={text === null ? 'quiet' : undefined}>
            {text === null ? (
              (unknownReason(line.row, field) ?? 'not reported')
            ) : (
              <span title={hue === 'disk' ? (least ?? undefined) : undefined}>
                {hue === 'disk' && least !== null && <AtLeast />}
                <Value>{text}</Value>
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
