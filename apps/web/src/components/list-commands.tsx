import { ContextMenu } from '@base-ui/react/context-menu'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

/** A command on the chosen line of a list; `why` it is off, `null`: it can run. */
export interface ListCommand {
  readonly id: string
  readonly icon: IconName
  readonly text: string
  readonly keys?: string
  readonly why: string | null
  readonly run: () => void
}

export function ListCommandBar({ commands }: { readonly commands: readonly ListCommand[] }) {
  return (
    <div className="cmds" role="toolbar" aria-label="Commands">
      {commands.map(({ id, icon, text, why, run }) => (
        <Button key={id} disabled={why !== null} title={why ?? undefined} onClick={run}>
          <Icon name={icon} />
          <span className="t">{text}</span>
        </Button>
      ))}
    </div>
  )
}

/** The same, item for item. */
export function ListMenu(props: { title: string; commands: readonly ListCommand[] }) {
  const { title, commands } = props
  return (
    <ContextMenu.Portal>
      <ContextMenu.Positioner className="menu-at">
        <ContextMenu.Popup className="pop">
          <ContextMenu.Group>
            <ContextMenu.GroupLabel className="ph">{title}</ContextMenu.GroupLabel>
            {commands.map(({ id, icon, text, keys, why, run }) => (
              <ContextMenu.Item
                key={id}
                className="pi"
                disabled={why !== null}
                title={why ?? undefined}
                onClick={run}
              >
                <Icon name={icon} />
                {text}
                {keys !== undefined && <span className="r">{keys}</span>}
              </ContextMenu.Item>
            ))}
          </ContextMenu.Group>
        </ContextMenu.Popup>
      </ContextMenu.Positioner>
    </ContextMenu.Portal>
  )
}
