import { useEffect, useRef } from 'react'
import { Icon } from '../../components/icon.tsx'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { markWords, type RunningHit } from '../../lib/palette-search.ts'
import { useProcesses, type LiveProcesses } from '../../stores/live-processes.ts'
import type { PaletteItem } from './palette-items.ts'

interface PaletteOptionProps {
  readonly id: string
  readonly item: PaletteItem
  readonly words: readonly string[]
  readonly isActive: boolean
  readonly onHover: () => void
  readonly onRun: () => void
}

export function PaletteOption({ id, item, words, isActive, onHover, onRun }: PaletteOptionProps) {
  const option = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  return (
    // The keys are those of the field, which keeps the focus and names this line as the active one.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- see above
    <div
      ref={option}
      id={id}
      className={item.isOff === true ? 'it off' : 'it'}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      aria-disabled={item.isOff === true}
      onPointerMove={onHover}
      onClick={onRun}
    >
      <Icon name={item.icon} />
      <span className="t">
        {markWords(item.title, words).map((part, index) =>
          // oxlint-disable-next-line react/no-array-index-key -- parts of one text have no other name
          part.isMarked ? <mark key={index}>{part.text}</mark> : part.text,
        )}
      </span>
      {item.detail !== undefined && <span className="d">{item.detail}</span>}
      <span className="r">
        {item.hit !== undefined && <Figures hit={item.hit} />}
        {item.keys !== undefined && (
          <span className="keys" aria-hidden="true">
            {item.keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </span>
        )}
        {item.choices !== undefined && <Icon name="chevron-right" size="s" />}
        {isActive && item.keys === undefined && item.isOff !== true && (
          <kbd aria-hidden="true">↵</kbd>
        )}
      </span>
    </div>
  )
}

/** CPU and memory as they are now; what ended in the meantime says so. */
function Figures({ hit }: { hit: RunningHit }) {
  const row = useProcesses((live) => newest(hit, live))
  if (row === undefined) return <span className="dim">ended</span>
  return (
    <>
      <span>{row.cpu_percent === null ? '…' : formatPercent(row.cpu_percent, 1)}</span>
      <span>{formatBytes(row.memory)}</span>
    </>
  )
}

function newest(hit: RunningHit, live: LiveProcesses) {
  if (hit.kind === 'app') return live.apps.get(hit.app.id)
  const row = live.rows.get(hit.row.pid)
  return row?.start_id === hit.row.start_id ? row : undefined
}
