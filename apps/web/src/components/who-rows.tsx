import { ContextMenu } from '@base-ui/react/context-menu'
import { useMemo, useState, type FocusEvent, type KeyboardEvent, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { heldRows, type WhoRow } from '../lib/biggest.ts'
import { appProcessesHref } from '../lib/app-links.ts'
import { openDetails, targetsOfPids, useCommands } from '../stores/commands.ts'
import { useProcesses } from '../stores/live-processes.ts'
import { AppMenuPopup } from './app-menu.tsx'
import { copyText } from './copy-text.ts'
import { openMenuOn } from './grid/grid-focus.ts'
import { useOrderHold } from './use-order-hold.ts'

interface WhoRowsProps {
  /** Everybody, biggest first: whose place is held may have lost it. */
  readonly rows: readonly WhoRow[]
  readonly most: number
  readonly format: (value: number) => string
  /** Draws the rows that are shown, as `WhoItem`s. */
  readonly children: (shown: readonly WhoRow[]) => ReactNode
}

/**
 * Around a list of the biggest. Its rows keep their places while the pointer or the focus is in it, a finger is on it
 * or its menu is open; the values go on. Each has the menu of its app.
 */
export function WhoRows({ rows, most, format, children }: WhoRowsProps) {
  const hold = useOrderHold()
  const { isHeld } = hold
  const [chosen, setChosen] = useState<WhoRow | null>(null)
  const [isMenuOpen, setMenuOpen] = useState(false)
  const apps = useProcesses((live) => live.apps)
  const held = useMemo(
    () => (isHeld ? rows.slice(0, most) : null),
    // Frozen at the moment of holding: what arrives later must not move it.
    // oxlint-disable-next-line react/exhaustive-deps
    [isHeld],
  )
  const shown = held === null ? rows.slice(0, most) : heldRows(held, rows, apps)

  /** Whether a menu opens here: it then is of this row. */
  const choose = (target: EventTarget): boolean => {
    const id = (target as HTMLElement).closest<HTMLElement>('[data-who]')?.dataset['who']
    const row = shown.find((one) => one.id === id && apps.has(one.id)) ?? null
    setChosen(row)
    return row !== null
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return
    event.preventDefault()
    openMenuOn((event.target as HTMLElement).closest('[data-who]'))
  }
  const onFocus = (event: FocusEvent<HTMLElement>) =>
    hold.focusChanged(event.type === 'focus' || event.currentTarget.contains(event.relatedTarget))
  return (
    <ContextMenu.Root
      onOpenChange={(open) => {
        hold.menuChanged(open)
        setMenuOpen(open)
      }}
    >
      <ContextMenu.Trigger
        className="whorows"
        onContextMenu={(event) => choose(event.target) || event.preventBaseUIHandler()}
        onTouchStart={(event) => {
          hold.touched()
          if (!choose(event.target)) event.preventBaseUIHandler()
        }}
        onPointerEnter={(event) => event.pointerType === 'mouse' && hold.pointerEntered()}
        onPointerLeave={hold.pointerLeft}
        onFocus={onFocus}
        onBlur={onFocus}
        onKeyDown={onKey}
        // The finger that opened the menu does not open the row as well.
        onClickCapture={(event) => isMenuOpen && event.preventDefault()}
      >
        {children(shown)}
      </ContextMenu.Trigger>
      {chosen !== null && <WhoMenu row={chosen} text={format(chosen.value)} />}
    </ContextMenu.Root>
  )
}

function WhoMenu({ row, text }: { readonly row: WhoRow; readonly text: string }) {
  const app = useProcesses((live) => live.apps.get(row.id))
  const rows = useProcesses((live) => live.rows)
  const commands = useCommands()
  const [, navigate] = useLocation()
  const targets = targetsOfPids(app?.pids ?? [], rows)
  const [first] = targets
  if (app === undefined || first === undefined) return null
  return (
    <AppMenuPopup
      title={app.name}
      targets={targets}
      isSuspended={targets.every(({ pid }) => rows.get(pid)?.status === 'stopped')}
      commands={commands}
      endText="Close app"
      onDetails={() => openDetails(first.pid, first.start_id)}
      onProcesses={() => navigate(appProcessesHref(app))}
      onCopy={() => void copyText(`${row.name}\t${text}`)}
    />
  )
}
