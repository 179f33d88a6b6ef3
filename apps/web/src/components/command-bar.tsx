import { Menu } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { useBlocked } from '../stores/blocked.ts'
import type { Commands, Target } from '../stores/commands.ts'
import { Button } from './button.tsx'
import {
  DISK_PRIORITIES,
  PRIORITY_WORDS,
  priorityText,
  useHasDiskPriority,
} from './command-menu.tsx'
import { Icon } from './icon.tsx'

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

interface PriorityMenuProps {
  readonly targets: readonly Target[]
  readonly commands: Commands
  readonly off: boolean
  readonly why: string | undefined
  readonly text?: string
  readonly look?: 'line'
  readonly onOpenChange?: (open: boolean) => void
}

export function PriorityMenu({
  targets,
  commands,
  off,
  why,
  text = 'Priority',
  look,
  onOpenChange,
}: PriorityMenuProps) {
  const hasDiskPriority = useHasDiskPriority()
  return (
    <Menu.Root {...(onOpenChange !== undefined && { onOpenChange })}>
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
            <Menu.Separator className="line" />
            <Menu.Item className="pi" onClick={() => commands.chooseCpus(targets)}>
              Choose CPUs…
            </Menu.Item>
            {hasDiskPriority && (
              <Menu.SubmenuRoot>
                <Menu.SubmenuTrigger className="pi">
                  Disk priority
                  <span className="r">
                    <Icon name="chevron-right" size="s" />
                  </span>
                </Menu.SubmenuTrigger>
                <Menu.Portal>
                  <Menu.Positioner className="menu-at">
                    <Menu.Popup className="pop">
                      {DISK_PRIORITIES.map((one) => (
                        <Menu.Item
                          key={one.word}
                          className="pi"
                          onClick={() => commands.setIoPriority(targets, one.word)}
                        >
                          {one.text}
                        </Menu.Item>
                      ))}
                    </Menu.Popup>
                  </Menu.Positioner>
                </Menu.Portal>
              </Menu.SubmenuRoot>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
