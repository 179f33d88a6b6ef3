import type { AppRow, ProcessInfo } from '@taskmanager/contracts'
import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { closeModal, CONFIRM_KEY, Modal } from '../../components/modal.tsx'
import { formatDuration } from '../../lib/format.ts'
import type { Target } from '../../stores/commands.ts'
import { liveProcesses } from '../../stores/live-processes.ts'
import { toServiceTime } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { Blast, Victims } from './victims.tsx'
import { TypedName } from '../../components/typed-name.tsx'
import { useTargetInfo } from './use-target-info.ts'
import { wholeApps } from './whole-apps.ts'

interface EndDialogProps {
  readonly targets: readonly Target[]
  readonly force: boolean
  /** Resolves when the outcome is known. */
  readonly onEnd: (answer: EndAnswer) => Promise<void>
  readonly onClose: () => void
}

export interface EndAnswer {
  /** The name as typed, for what is critical to the session. */
  readonly confirmName: string | null
  /** The name of the program that is ended without asking from now on. */
  readonly unaskedName: string | null
}

/** Asks before anything ends, and says what ends with it. Cancel has the focus. */
export function EndDialog({ targets, force, onEnd, onClose }: EndDialogProps) {
  const title = useId()
  const lead = useId()
  const [typed, setTyped] = useState('')
  const [isUnasked, setUnasked] = useState(false)
  const [isEnding, setIsEnding] = useState(false)
  const undo = usePreference('endWithUndo') && !force
  const only = targets.length === 1 ? targets[0] : undefined
  // As it was asked: what comes and goes meanwhile is not among the targets.
  const [apps] = useState(() => wholeApps(targets, liveProcesses.get()))
  const { info, gone, forget } = useTargetInfo(only)
  const criticalName = info?.blast.session_critical === true ? info.name : null
  const verb = force ? 'Force end' : 'End'
  const isProtected = info !== undefined && info.blast.protected_reason !== null
  const isOver = (gone && !isEnding) || isProtected
  const mayGoUnasked =
    !force &&
    only !== undefined &&
    info !== undefined &&
    !info.blast.other_user &&
    criticalName === null &&
    !isOver

  const isOff = isOver || isEnding || (criticalName !== null && typed !== criticalName)
  const end = () => {
    setIsEnding(true)
    forget()
    void onEnd({
      confirmName: criticalName === null ? null : typed,
      unaskedName: mayGoUnasked && isUnasked ? only.name : null,
    })
  }

  return (
    <Modal
      role="alertdialog"
      titleId={title}
      describedBy={lead}
      isBusy={isEnding}
      onClose={onClose}
      onConfirm={isOff ? null : end}
    >
      <div className="dialog">
        <div className="b">
          <h1 id={title}>{titleOf(targets, apps, verb)}</h1>
          <div id={lead}>
            <p className="lead">
              {only === undefined
                ? leadOfMany(force, undo)
                : leadOf(only, info, { gone: gone && !isEnding, force, undo })}
            </p>
            {only === undefined ? <Victims targets={targets} /> : <Blast info={info} />}
          </div>
          {criticalName !== null && (
            <TypedName name={criticalName} typed={typed} onChange={setTyped}>
              This ends your desktop session or a part of the system.
            </TypedName>
          )}
          {mayGoUnasked && (
            <label className="unasked">
              <input
                type="checkbox"
                checked={isUnasked}
                onChange={(event) => setUnasked(event.target.checked)}
              />
              Do not ask again for {only.name}
            </label>
          )}
        </div>
        <div className="f">
          <span className="dim">
            {force
              ? 'Unsaved work is lost.'
              : undo
                ? 'For 10 s it can be undone.'
                : 'If it still runs after 3 s, you can force it.'}
          </span>
          <span className="grow" />
          <Button
            look="line"
            data-first=""
            disabled={isEnding}
            onClick={(event) => closeModal(event.currentTarget)}
          >
            {isOver ? 'Close' : 'Cancel'}
          </Button>
          {!isOver && (
            <Button look="crit" disabled={isOff} {...CONFIRM_KEY} onClick={end}>
              {isEnding ? 'Ending…' : verb}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  )
}

function titleOf(targets: readonly Target[], apps: readonly AppRow[], verb: string): string {
  const only = targets.length === 1 ? targets[0] : undefined
  if (only !== undefined) return `${verb} ${only.name}?`
  const [app] = apps
  const whose =
    app === undefined || apps.length === targets.length
      ? ''
      : `${apps.length === 1 ? app.name : `${apps.length} apps`}, `
  return `${verb} ${whose}${targets.length} processes?`
}

const leadOfMany = (force: boolean, undo: boolean) =>
  force
    ? 'They end at once. Unsaved work is lost; files may be left half written.'
    : undo
      ? 'Each is suspended, and after 10 s asked to finish (SIGTERM).'
      : 'Each is asked to finish (SIGTERM).'

function leadOf(
  target: Target,
  info: ProcessInfo | undefined,
  { gone, force, undo }: { gone: boolean; force: boolean; undo: boolean },
): string {
  if (gone) return `${target.name} (PID ${target.pid}) has already ended.`
  const startedAtMs = info?.started_at_ms ?? null
  const age =
    startedAtMs === null
      ? null
      : `running ${formatDuration((toServiceTime(Date.now()) - startedAtMs) / 1000)}`
  const how = force
    ? 'Ends at once. Unsaved work is lost; files may be left half written.'
    : undo
      ? 'suspends it, and after 10 s asks it to finish (SIGTERM)'
      : 'asks it to finish (SIGTERM)'
  return [`PID ${target.pid}`, target.user, age, how].filter((part) => part !== null).join(' · ')
}
