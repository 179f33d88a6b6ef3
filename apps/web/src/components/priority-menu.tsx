import { Menu } from '@base-ui/react/menu'
import { Fragment } from 'react'
import type { Commands, Target } from '../stores/commands.ts'
import { Icon } from './icon.tsx'
import { usePriorityGroups, type PriorityGroup } from './priority-choices.ts'

interface PriorityMenuProps {
  readonly targets: readonly Target[]
  readonly commands: Commands
  readonly off: boolean
  readonly why: string | undefined
  readonly text?: string
  readonly look?: 'line'
  readonly onOpenChange?: (open: boolean) => void
}

/** The button of a command bar. */
export function PriorityMenu(props: PriorityMenuProps) {
  const { targets, commands, off, why, text = 'Priority', look, onOpenChange } = props
  const [priority, ...others] = usePriorityGroups(targets, commands)
  return (
    <Menu.Root {...(onOpenChange !== undefined && { onOpenChange })}>
      <Menu.Trigger className={look === undefined ? 'btn' : 'btn line'} disabled={off} title={why}>
        <Icon name={priority.icon} />
        <span className="t">{text}</span>
        <Icon name="chevron-down" size="s" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-at" sideOffset={4}>
          <Menu.Popup className="pop">
            <Choices of={priority} />
            {others.map((group) => (
              <Submenu key={group.id} of={group} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

interface PrioritySubmenusProps {
  readonly targets: readonly Target[]
  readonly commands: Commands
  readonly off: boolean
}

/** The same inside another menu. */
export function PrioritySubmenus({ targets, commands, off }: PrioritySubmenusProps) {
  return usePriorityGroups(targets, commands).map((group) => (
    <Submenu key={group.id} of={group} off={off} hasIcon />
  ))
}

interface SubmenuProps {
  readonly of: PriorityGroup
  readonly off?: boolean
  readonly hasIcon?: boolean
}

function Submenu({ of, off = false, hasIcon = false }: SubmenuProps) {
  return (
    <Menu.SubmenuRoot disabled={off}>
      <Menu.SubmenuTrigger className="pi">
        {hasIcon && <Icon name={of.icon} />}
        {of.text}
        <span className="r">
          <Icon name="chevron-right" size="s" />
        </span>
      </Menu.SubmenuTrigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-at">
          <Menu.Popup className="pop">
            <Choices of={of} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  )
}

function Choices({ of }: { readonly of: PriorityGroup }) {
  return of.choices.map(({ id, text, isApart, run }) => (
    <Fragment key={id}>
      {isApart && <Menu.Separator className="line" />}
      <Menu.Item className="pi" onClick={run}>
        {text}
      </Menu.Item>
    </Fragment>
  ))
}
