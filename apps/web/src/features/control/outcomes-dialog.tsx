import { useId } from 'react'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { closeModal, Modal } from '../../components/modal.tsx'
import type { Told } from './outcome-text.ts'

interface OutcomesDialogProps {
  /** The summary: "12 ended, 3 not allowed." */
  readonly title: string
  readonly told: readonly Told[]
  readonly onClose: () => void
}

/** What became of each of many, those that did not go as asked first. */
export function OutcomesDialog({ title, told, onClose }: OutcomesDialogProps) {
  const heading = useId()
  const isWorse = ({ kind }: Told) => kind !== 'good'
  const sorted = told.toSorted((a, b) => Number(isWorse(b)) - Number(isWorse(a)))
  return (
    <Modal titleId={heading} onClose={onClose}>
      <div className="dialog">
        <div className="b">
          <h1 id={heading}>{title}</h1>
          {/* Reached by Tab, so that a keyboard can scroll it. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <ul className="blast scrolled" tabIndex={0} aria-label="Each of them">
            {sorted.map((one, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- the list never changes
              <li key={index} className={isWorse(one) ? 'warn' : undefined}>
                <Icon name={isWorse(one) ? 'warning' : 'good'} />
                <div>{one.text}</div>
              </li>
            ))}
          </ul>
        </div>
        <div className="f">
          <span className="grow" />
          <Button look="line" data-first="" onClick={(event) => closeModal(event.currentTarget)}>
            Close
          </Button>
        </div>
      </div>
    </Modal>
  )
}
