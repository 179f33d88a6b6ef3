import type { Target } from '../../stores/commands.ts'
import { AffinityDialog } from './affinity-dialog.tsx'
import { EndDialog, type EndAnswer } from './end-dialog.tsx'
import { OutcomesDialog } from './outcomes-dialog.tsx'
import type { Told } from './outcome-text.ts'
import { SuspendDialog } from './suspend-dialog.tsx'
import { keyOfProcess } from '../../lib/process-key.ts'

/** The one dialog about processes that is open. */
export type Asked =
  | { readonly kind: 'end'; readonly targets: readonly Target[]; readonly force: boolean }
  | { readonly kind: 'suspend'; readonly target: Target }
  | { readonly kind: 'cpus'; readonly targets: readonly Target[] }
  | { readonly kind: 'outcomes'; readonly title: string; readonly told: readonly Told[] }

interface AskedDialogProps {
  readonly asked: Asked
  readonly onEnd: (targets: readonly Target[], force: boolean, answer: EndAnswer) => Promise<void>
  readonly onSuspend: (target: Target, confirmName: string) => void
  readonly onPin: (targets: readonly Target[], cpus: readonly number[]) => void
  readonly onClose: () => void
}

export function AskedDialog({ asked, onEnd, onSuspend, onPin, onClose }: AskedDialogProps) {
  switch (asked.kind) {
    case 'end': {
      const { targets, force } = asked
      return (
        <EndDialog
          key={`${force} ${targets.map(keyOfProcess).join()}`}
          targets={targets}
          force={force}
          onClose={onClose}
          onEnd={async (answer) => {
            await onEnd(targets, force, answer)
            onClose()
          }}
        />
      )
    }
    case 'suspend':
      return (
        <SuspendDialog
          target={asked.target}
          onSuspend={(name) => onSuspend(asked.target, name)}
          onClose={onClose}
        />
      )
    case 'cpus':
      return (
        <AffinityDialog
          targets={asked.targets}
          onChoose={(cpus) => onPin(asked.targets, cpus)}
          onClose={onClose}
        />
      )
    case 'outcomes':
      return <OutcomesDialog {...asked} onClose={onClose} />
    default:
      return asked satisfies never
  }
}
