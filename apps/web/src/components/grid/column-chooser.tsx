import { Popover } from '@base-ui/react/popover'
import { Icon } from '../icon.tsx'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import type { GridColumn } from './grid-column.ts'

interface ColumnChooserProps {
  readonly available: readonly GridColumn[]
  /** Ids shown, in order. */
  readonly shown: readonly string[]
  /** Ids in order; `null`: the standard columns and widths. */
  readonly onChoose: (ids: readonly string[] | null) => void
  /** What is left out, and why. */
  readonly absent: string
  readonly onOpenChange: (open: boolean) => void
}

/** Which columns, in which order; kept in this browser. */
export function ColumnChooser(props: ColumnChooserProps) {
  const { available, shown, absent, onChoose, onOpenChange } = props
  const cpuScale = usePreference('cpuScale')
  const ordered = [
    ...shown.flatMap((id) => available.find((column) => column.id === id) ?? []),
    ...available.filter((column) => !shown.includes(column.id)),
  ]
  return (
    <Popover.Root onOpenChange={onOpenChange}>
      <Popover.Trigger className="btn icon" aria-label="Columns" title="Columns">
        <Icon name="columns" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-at" align="end" sideOffset={6}>
          <Popover.Popup className="pop columns">
            <Popover.Title className="ph">Columns; Alt with ↑ ↓ moves one</Popover.Title>
            {ordered.map((column) => (
              <ColumnItem key={column.id} column={column} {...props} />
            ))}
            {absent !== '' && <p className="why absent">{absent}</p>}
            <hr />
            <button
              type="button"
              className="pi"
              aria-pressed={cpuScale === 'core'}
              onClick={() => setPreference('cpuScale', cpuScale === 'core' ? 'machine' : 'core')}
            >
              <Icon name="cpu" />
              CPU as share of {cpuScale === 'core' ? 'the machine' : 'one core'}
              <kbd>%</kbd>
            </button>
            <button type="button" className="pi" onClick={() => onChoose(null)}>
              <Icon name="restart" />
              Back to the standard columns
            </button>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface ColumnItemProps extends Pick<ColumnChooserProps, 'available' | 'shown' | 'onChoose'> {
  readonly column: GridColumn
}

function ColumnItem({ column, available, shown, onChoose }: ColumnItemProps) {
  const isShown = shown.includes(column.id)
  const isFixed = column.id === 'name'
  const move = (by: number) => {
    const at = shown.indexOf(column.id)
    const to = at + by
    if (at < 1 || to < 1 || to >= shown.length) return
    const next = shown.filter((id) => id !== column.id)
    onChoose(next.toSpliced(to, 0, column.id))
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Alt with arrows does the same by key
    <label
      className="pi"
      draggable={isShown && !isFixed}
      onDragStart={(event) => event.dataTransfer.setData('text/plain', column.id)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        const dragged = event.dataTransfer.getData('text/plain')
        const to = Math.max(1, shown.indexOf(column.id))
        if (!shown.includes(dragged) || dragged === column.id) return
        const next = shown.filter((id) => id !== dragged)
        onChoose(next.toSpliced(to, 0, dragged))
      }}
    >
      <input
        type="checkbox"
        className="box"
        checked={isShown}
        disabled={isFixed}
        onChange={() =>
          onChoose(
            isShown ? shown.filter((id) => id !== column.id) : withColumn(shown, column, available),
          )
        }
        onKeyDown={(event) => {
          if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
          event.preventDefault()
          move(event.key === 'ArrowUp' ? -1 : 1)
        }}
      />
      {column.title}
      {isFixed && <span className="r">always</span>}
      {isShown && !isFixed && (
        <span className="r">
          <Icon name="grip" size="s" />
        </span>
      )}
    </label>
  )
}

/** A standard column comes back to its place, another one to the end. */
function withColumn(
  shown: readonly string[],
  { id, standard }: GridColumn,
  available: readonly GridColumn[],
): string[] {
  if (!standard) return [...shown, id]
  const order = available.filter((column) => column.standard).map((column) => column.id)
  const before = shown.findLastIndex((one) => {
    const at = order.indexOf(one)
    return at !== -1 && at < order.indexOf(id)
  })
  return shown.toSpliced(before + 1, 0, id)
}
