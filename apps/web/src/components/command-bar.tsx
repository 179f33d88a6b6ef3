import type { ReactNode } from 'react'
import { useBlocked } from '../stores/blocked.ts'
import type { Commands, Target } from '../stores/commands.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { PriorityMenu } from './priority-menu.tsx'

interface CommandBarProps {
  readonly targets: readonly Target[]
  /** Rows that are chosen, where a row may stand for several processes. */
  readonly count?: number
  readonly isSuspended: boolean
  readonly commands: Commands
  readonly onDetails: (() => void) | null
  /** `Close app` in place of `End`. */
  readonly endText?: string
  /** A menu of the bar opened or closed. */
  readonly onMenu?: (open: boolean) => void
  readonly children?: ReactNode
}

/** What can be done to the selection. A command that cannot run stays, off, and says why. */
export function CommandBar(props: CommandBarProps) {
  const { targets, isSuspended, commands, onDetails, endText = 'End', children } = props
  const count = props.count ?? targets.length
  const why = useBlocked(targets) ?? undefined
  const isOff = why !== undefined
  return (
    <div className="cmds" role="toolbar" aria-label="Commands">
      {count > 1 && <span className="dim count">{count} selected</span>}
      <Button disabled={isOff} title={why} onClick={() => commands.end(targets, false)}>
        <Icon name="end" />
        <span className="t">{endText}</span>
      </Button>
      <Button disabled={isOff} title={why} onClick={() => commands.end(targets, true)}>
        <Icon name="force-end" />
        <span className="t">Force end</span>
      </Button>
      <Button
        disabled={isOff}
        title={why}
        onClick={() => (isSuspended ? commands.resume(targets) : commands.suspend(targets))}
      >
        <Icon name={isSuspended ? 'play' : 'suspend'} />
        <span className="t">{isSuspended ? 'Resume' : 'Suspend'}</span>
      </Button>
      <PriorityMenu
        targets={targets}
        commands={commands}
        off={isOff}
        why={why}
        {...(props.onMenu !== undefined && { onOpenChange: props.onMenu })}
      />
      {children}
      <Button
        disabled={onDetails === null}
        title={onDetails === null ? 'Choose one row first' : undefined}
        onClick={() => onDetails?.()}
      >
        <Icon name="details" />
        <span className="t">Details</span>
      </Button>
    </div>
  )
}
