import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { closeModal, CONFIRM_KEY, Modal } from '../../components/modal.tsx'
import { TypedName } from '../../components/typed-name.tsx'
import { formatCount } from '../../lib/format.ts'
import type { ServiceLine } from './service-lines.ts'
import { serviceTitle } from './service-words.ts'

const NAMES_SHOWN = 8

interface ServiceDialogProps {
  readonly action: 'stop' | 'restart'
  readonly line: ServiceLine
  readonly onGo: (confirmName: string | undefined) => void
  readonly onClose: () => void
}

/** Stopping takes what uses it along: asked, with who ends, and by name where a login or the network hangs on it. */
export function ServiceDialog({ action, line, onGo, onClose }: ServiceDialogProps) {
  const title = useId()
  const lead = useId()
  const [typed, setTyped] = useState('')
  const { unit, processes } = line
  const isOff = unit.critical && typed !== unit.name
  const verb = action === 'stop' ? 'Stop' : 'Restart'
  const go = () => {
    onGo(unit.critical ? typed : undefined)
    onClose()
  }
  const facts = [
    unit.description,
    unit.scope === 'system' ? 'a service of the machine' : 'a service of your session',
    action === 'stop' ? 'stays stopped until something starts it' : 'is away for a moment',
  ]
  return (
    <Modal
      role="alertdialog"
      titleId={title}
      describedBy={lead}
      onClose={onClose}
      onConfirm={isOff ? null : go}
    >
      <div className="dialog">
        <div className="b">
          <h1 id={title}>
            {verb} {serviceTitle(unit)}?
          </h1>
          <p className="lead" id={lead}>
            {facts.filter((part) => part !== null).join(' · ')}
          </p>
          {processes.length > 0 && (
            <p>
              <b>
                {processes.length === 1
                  ? '1 process ends with it'
                  : `${formatCount(processes.length)} processes end with it`}
              </b>{' '}
              <span className="dim">{namesOf(line)}</span>
            </p>
          )}
          {unit.critical && (
            <TypedName name={unit.name} typed={typed} onChange={setTyped}>
              A login, the desktop or the network hangs on it; you may not be able to start it again
              from here.
            </TypedName>
          )}
        </div>
        <div className="f">
          <span className="grow" />
          <Button look="line" data-first="" onClick={(event) => closeModal(event.currentTarget)}>
            Cancel
          </Button>
          <Button look="crit" disabled={isOff} {...CONFIRM_KEY} onClick={go}>
            {verb}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

function namesOf({ processes }: ServiceLine): string {
  const names = processes.slice(0, NAMES_SHOWN).map(({ name, pid }) => `${name} (PID ${pid})`)
  const rest = processes.length - names.length
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ')
}
