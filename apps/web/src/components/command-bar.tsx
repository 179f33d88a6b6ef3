import { Menu } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import type { Commands, Target } from '../stores/commands.ts'
import { Button } from './button.tsx'
import { PRIORITY_WORDS, priorityText } from './command-menu.tsx'
import { Icon } from './icon.tsx'

interface CommandBarProps {
  readonly targets: readonly Target[]
  readonly isSuspended: boolean
  readonly commands: Commands
  readonly onDetails: (() => void) | null
  /** `Close app` in place of `End`. */
  readonly endText?: string
  readonly children?: ReactNode
}

/** What can be done to the selection. A command that cannot run stays, off, and says why. */
export function CommandBar(props: CommandBarProps) {
  const { targets, isSuspended, commands, onDetails, endText = 'End', children } = props
  const isOff = targets.length === 0 || !commands.canControl
  const why = commands.reason ?? (targets.length === 0 ? 'Choose a row first' : undefined)
  return (
    <div className="cmds" role="toolbar" aria-label="Commands">
      {targets.length > 1 && <span className="dim count">{targets.length} selected</span>}
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
      <PriorityMenu targets={targets} commands={commands} off={isOff} why={why} />
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

interface PriorityMenuProps {
  readonly targets: readonly Target[]
  readonly commands: Commands
  readonly off: boolean
  readonly why: string | undefined
  readonly text?: string
  readonly look?: 'line'
}

export function PriorityMenu({
  targets,
  commands,
  off,
  why,
  text = 'Priority',
  look,
}: PriorityMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger className={look === undefined ? 'btn' : 'btn line'} disabled={off} title={why}>
        <Icon name="priority" />
        <span className="t">{text}</span>
        <Icon name="chevron-down" size="s" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-at" sideOffset={4}>
          <Menu.Popup className="pop">
            {PRIORITY_WORDS.map((word) => (
              <Menu.Item
                key={word}
                className="pi"
                onClick={() => commands.setPriority(targets, word)}
              >
                {priorityText(word)}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
