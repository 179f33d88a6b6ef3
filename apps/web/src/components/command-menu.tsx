import { ContextMenu } from '@base-ui/react/context-menu'
import type { ReactElement } from 'react'
import { useBlocked } from '../stores/blocked.ts'
import type { Commands, Target } from '../stores/commands.ts'
import { Icon, type IconName } from './icon.tsx'
import { PrioritySubmenus } from './priority-menu.tsx'

/** A further item of a menu, after the commands. */
export interface ExtraItem {
  readonly icon: IconName
  readonly text: string
  readonly keys?: string
  readonly off?: boolean
  readonly run: () => void
}

interface CommandMenuProps {
  readonly title: string
  readonly targets: readonly Target[]
  readonly isSuspended: boolean
  readonly commands: Commands
  readonly onDetails: (() => void) | null
  /** `Close app` in place of `End`. */
  readonly endText?: string
  readonly extras: readonly (readonly ExtraItem[])[]
}

/** The context menu: the command bar item for item, and what only a menu has room for. */
export function CommandMenuPopup(props: CommandMenuProps): ReactElement {
  const { title, targets, isSuspended, commands, onDetails, endText = 'End', extras } = props
  const why = useBlocked(targets)
  const isOff = why !== null
  return (
    <ContextMenu.Portal>
      <ContextMenu.Positioner className="menu-at">
        <ContextMenu.Popup className="pop">
          <ContextMenu.Group>
            <ContextMenu.GroupLabel className="ph">{title}</ContextMenu.GroupLabel>
            <Item
              icon="end"
              text={`${endText}…`}
              keys="Del"
              off={isOff}
              run={() => commands.end(targets, false)}
            />
            <Item
              icon="force-end"
              text="Force end…"
              keys="⇧ Del"
              off={isOff}
              run={() => commands.end(targets, true)}
            />
            <Item
              icon={isSuspended ? 'play' : 'suspend'}
              text={isSuspended ? 'Resume' : 'Suspend'}
              keys="s"
              off={isOff}
              run={() => (isSuspended ? commands.resume(targets) : commands.suspend(targets))}
            />
            <PrioritySubmenus {...{ targets, commands }} off={isOff} />
            {isOff && <p className="why">{why}</p>}
          </ContextMenu.Group>
          <ContextMenu.Separator className="line" />
          <Item
            icon="details"
            text="Details"
            keys="↵"
            off={onDetails === null}
            run={() => onDetails?.()}
          />
          {onDetails === null && <p className="why">Choose one row for its details</p>}
          {extras.map((group, index) => (
            <ContextMenu.Group key={group[0]?.text}>
              {index > 0 && <ContextMenu.Separator className="line" />}
              {group.map((item) => (
                <Item key={item.text} {...item} keys={item.keys} off={item.off === true} />
              ))}
            </ContextMenu.Group>
          ))}
        </ContextMenu.Popup>
      </ContextMenu.Positioner>
    </ContextMenu.Portal>
  )
}

interface ItemProps {
  readonly icon: IconName
  readonly text: string
  readonly keys: string | undefined
  readonly off: boolean
  readonly run: () => void
}

function Item({ icon, text, keys, off, run }: ItemProps) {
  return (
    <ContextMenu.Item className="pi" disabled={off} onClick={run}>
      <Icon name={icon} />
      {text}
      {keys !== undefined && <span className="r">{keys}</span>}
    </ContextMenu.Item>
  )
}
