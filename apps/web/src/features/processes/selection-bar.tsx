import { Button } from '../../components/button.tsx'
import { PriorityMenu } from '../../components/command-bar.tsx'
import { Icon } from '../../components/icon.tsx'
import { useBlocked } from '../../stores/blocked.ts'
import type { Commands, Target } from '../../stores/commands.ts'

interface SelectionBarProps {
  readonly targets: readonly Target[]
  readonly isSuspended: boolean
  readonly commands: Commands
  readonly onClear: () => void
}

/** On a phone, while rows are chosen: how many, what to do, and the way out. */
export function SelectionBar({ targets, isSuspended, commands, onClear }: SelectionBarProps) {
  const why = useBlocked(targets) ?? undefined
  const isOff = why !== undefined
  return (
    <div className="picked" role="toolbar" aria-label="Chosen processes">
      <Button icon aria-label="Choose none" onClick={onClear}>
        <Icon name="close" />
      </Button>
      <span className="grow">{targets.length} selected</span>
      <Button
        icon
        aria-label={isSuspended ? 'Resume' : 'Suspend'}
        disabled={isOff}
        title={why}
        onClick={() => (isSuspended ? commands.resume(targets) : commands.suspend(targets))}
      >
        <Icon name={isSuspended ? 'play' : 'suspend'} />
      </Button>
      <PriorityMenu targets={targets} commands={commands} off={isOff} why={why} />
      <Button look="line" disabled={isOff} title={why} onClick={() => commands.end(targets, false)}>
        <Icon name="end" />
        End
      </Button>
    </div>
  )
}
