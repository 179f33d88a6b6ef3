import type { Commands, Target } from '../stores/commands.ts'
import { MODIFIER_KEY } from '../lib/modifier-key.ts'
import { CommandMenuPopup } from './command-menu.tsx'

interface AppMenuProps {
  readonly title: string
  readonly targets: readonly Target[]
  readonly isSuspended: boolean
  readonly commands: Commands
  readonly endText: string
  /** `null`: only of one at a time. */
  readonly onDetails: (() => void) | null
  readonly onProcesses: (() => void) | null
  readonly onCopy: () => void
}

/** The context menu of an app, wherever it is listed. */
export function AppMenuPopup({ onProcesses, onCopy, ...menu }: AppMenuProps) {
  return (
    <CommandMenuPopup
      {...menu}
      extras={[
        [
          {
            icon: 'processes',
            text: 'Show processes',
            off: onProcesses === null,
            run: () => onProcesses?.(),
          },
        ],
        [{ icon: 'copy', text: 'Copy', keys: `${MODIFIER_KEY} C`, run: onCopy }],
      ]}
    />
  )
}
