import { Fragment, useId, useState, type ReactNode } from 'react'
import type { ExtraItem } from '../../components/command-menu.tsx'
import { Icon, type IconName } from '../../components/icon.tsx'
import { kindIcon } from '../../components/kind-icon.ts'
import { closeModal, Modal } from '../../components/modal.tsx'
import { usePriorityGroups } from '../../components/priority-choices.ts'
import { formatDuration, formatNice, formatState } from '../../lib/format.ts'
import { useBlocked } from '../../stores/blocked.ts'
import { useServiceClock } from '../../stores/live-stats.ts'
import type { NetworkUses } from '../../lib/network-use.ts'
import type { Commands, Target } from '../../stores/commands.ts'
import { ProcessPlot } from '../details/process-plot.tsx'
import type { ViewRow } from './process-view.ts'
import { SheetFigures } from './sheet-figures.tsx'

interface ActionSheetProps {
  readonly line: ViewRow
  /** `undefined`: this system does not tell who uses the network. */
  readonly network: NetworkUses | null | undefined
  readonly target: Target
  readonly commands: Commands
  readonly extras: readonly (readonly ExtraItem[])[]
  readonly onDetails: () => void
  /** Opens or closes its branch; `null`: it has none. */
  readonly onBranch: (() => void) | null
  readonly onClose: () => void
}

/** On a phone a tap asks what to do: figures, reasons and commands that elsewhere need a pointer. */
export function ActionSheet(props: ActionSheetProps) {
  const { line, target, commands, extras, onDetails, onBranch, onClose } = props
  const { row } = line
  const title = useId()
  const now = useServiceClock()
  const why = useBlocked([target])
  const [opened, setOpened] = useState<readonly string[]>([])
  const priorities = usePriorityGroups([target], commands)
  const isSuspended = row.status === 'stopped'
  const facts = [
    `PID ${row.pid}`,
    row.user,
    line.isParent ? `${line.count} processes` : null,
    row.started_at_ms === null ? null : formatDuration((now - row.started_at_ms) / 1000),
    formatState(row.status),
  ]
  const identity = { pid: row.pid, startId: row.start_id }
  return (
    <Modal titleId={title} className="bottom" onClose={onClose}>
      <div className="bottom-in">
        <div className="bottom-id">
          <span className="tile">
            <Icon name={kindIcon(row.kind)} />
          </span>
          <div>
            <h1 id={title}>{row.name}</h1>
            <small>{facts.filter((fact) => fact !== null).join(' · ')}</small>
          </div>
        </div>
        <SheetFigures line={line} network={props.network} />
        <ProcessPlot identity={identity} />
        <div className="bottom-do">
          <Do icon="details" text="Details" run={onDetails} isFirst />
          {onBranch !== null && (
            <Do
              icon="branch"
              text={line.isOpen ? 'Close its branch' : `Show its ${line.count} processes`}
              run={onBranch}
            />
          )}
          <Do
            icon={isSuspended ? 'play' : 'suspend'}
            text={isSuspended ? 'Resume' : 'Suspend'}
            off={why !== null}
            run={() => (isSuspended ? commands.resume([target]) : commands.suspend([target]))}
          />
          {priorities.map(({ id, icon, text, choices }) => (
            <Fragment key={id}>
              <Do
                icon={icon}
                text={text}
                note={id === 'priority' ? formatNice(row.nice) : undefined}
                off={why !== null}
                stays
                run={() =>
                  setOpened(
                    opened.includes(id) ? opened.filter((one) => one !== id) : [...opened, id],
                  )
                }
              />
              {opened.includes(id) &&
                choices.map((choice) => <Do key={choice.id} text={choice.text} run={choice.run} />)}
            </Fragment>
          ))}
          <Do
            icon="end"
            text="End…"
            note="asks first"
            off={why !== null}
            run={() => commands.end([target], false)}
          />
          <Do
            icon="force-end"
            text="Force end…"
            note="asks first"
            off={why !== null}
            run={() => commands.end([target], true)}
          />
          {why !== null && <p className="why">{why}</p>}
          {extras.flat().map((item) => (
            <Do key={item.text} icon={item.icon} text={item.text} run={item.run} />
          ))}
        </div>
      </div>
    </Modal>
  )
}

interface DoProps {
  readonly icon?: IconName
  readonly text: string
  readonly note?: ReactNode
  readonly off?: boolean
  readonly isFirst?: boolean
  /** The sheet stays open. */
  readonly stays?: boolean
  readonly run: () => void
}

function Do({ icon, text, note, off = false, isFirst = false, stays = false, run }: DoProps) {
  return (
    <button
      type="button"
      className={icon === undefined ? 'do inner' : 'do'}
      disabled={off}
      {...(isFirst && { 'data-first': '' })}
      onClick={(event) => {
        if (!stays) closeModal(event.currentTarget)
        run()
      }}
    >
      {icon !== undefined && <Icon name={icon} />}
      {text}
      {note !== undefined && <span className="r">{note}</span>}
    </button>
  )
}
