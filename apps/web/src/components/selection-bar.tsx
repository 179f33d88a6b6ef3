import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { PriorityMenu } from './priority-menu.tsx'
import { useBlocked } from '../stores/blocked.ts'
import type { Commands, Target } from '../stores/commands.ts'

interface SelectionBarProps {
  readonly label: string
  /** What is chosen, in words. */
  readonly text: string
  /** `Close app` in place of `End`. */
  readonly endText?: string
  readonly targets: readonly Target[]
  readonly isSuspended: boolean
  readonly commands: Commands
  readonly onClear: () => void
}

/** On a phone, while rows are chosen: how many, what to do, and the way out. */
export function SelectionBar(props: SelectionBarProps) {
  const { label, text, endText = 'End', targets, isSuspended, commands, onClear } = props
  const why = useBlocked(targets) ?? undefined
  const isOff = why !== undefined
  return (
    <div className="picked" role="toolbar" aria-label={label}>
      <Button icon aria-label="Choose none" onClick={onClear}>
        <Icon name="close" />
      </Button>
      <span className="grow cut">{text}</span>
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
        {endText}
      </Button>
    </div>
  )
}
