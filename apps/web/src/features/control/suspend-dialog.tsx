import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { closeModal, CONFIRM_KEY, Modal } from '../../components/modal.tsx'
import type { Target } from '../../stores/commands.ts'
import { TypedName } from '../../components/typed-name.tsx'

interface SuspendDialogProps {
  readonly target: Target
  readonly onSuspend: (confirmName: string) => void
  readonly onClose: () => void
}

/** Suspending what a session stands on freezes it: asked like ending it. */
export function SuspendDialog({ target, onSuspend, onClose }: SuspendDialogProps) {
  const title = useId()
  const lead = useId()
  const [typed, setTyped] = useState('')
  const isOff = typed !== target.name
  const suspend = () => {
    onSuspend(typed)
    onClose()
  }
  return (
    <Modal
      role="alertdialog"
      titleId={title}
      describedBy={lead}
      onClose={onClose}
      onConfirm={isOff ? null : suspend}
    >
      <div className="dialog">
        <div className="b">
          <h1 id={title}>Suspend {target.name}?</h1>
          <p className="lead" id={lead}>
            {[`PID ${target.pid}`, target.user, 'stands still until it is resumed']
              .filter((part) => part !== null)
              .join(' · ')}
          </p>
          <TypedName name={target.name} typed={typed} onChange={setTyped}>
            Your desktop session or a part of the system stands still with it; you may not be able
            to resume it from here.
          </TypedName>
        </div>
        <div className="f">
          <span className="grow" />
          <Button look="line" data-first="" onClick={(event) => closeModal(event.currentTarget)}>
            Cancel
          </Button>
          <Button look="crit" disabled={isOff} {...CONFIRM_KEY} onClick={suspend}>
            Suspend
          </Button>
        </div>
      </div>
    </Modal>
  )
}
