import { ApiError } from '@taskmanager/client'
import type { ProcessInfo } from '@taskmanager/contracts'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { formatDuration } from '../../lib/format.ts'
import type { Target } from '../../stores/commands.ts'
import { api } from '../../stores/services.ts'
import { blastLines } from './blast-lines.ts'

interface EndDialogProps {
  readonly targets: readonly Target[]
  readonly force: boolean
  /** Resolves when the outcome is known. */
  readonly onEnd: (confirmName: string | null) => Promise<void>
  readonly onClose: () => void
}

const MOST_SHOWN = 8

/** Asks before anything ends, and says what ends with it. Cancel has the focus. */
export function EndDialog({ targets, force, onEnd, onClose }: EndDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  const title = useId()
  const lead = useId()
  const [typed, setTyped] = useState('')
  const [isEnding, setIsEnding] = useState(false)
  const only = targets.length === 1 ? targets[0] : undefined
  const { info, gone } = useTargetInfo(only)
  const criticalName = info?.blast.session_critical === true ? info.name : null
  const verb = force ? 'Force end' : 'End'
  const isProtected = info !== undefined && info.blast.protected_reason !== null

  useEffect(() => {
    dialog.current?.showModal()
    cancel.current?.focus()
  }, [])

  return (
    <dialog
      ref={dialog}
      className="dialogwrap"
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={lead}
      onClose={onClose}
      onCancel={(event) => {
        if (isEnding) event.preventDefault()
      }}
    >
      <div className="dialog">
        <div className="b">
          <h1 id={title}>{titleOf(targets, verb)}</h1>
          <p className="lead" id={lead}>
            {only === undefined ? leadOfMany(force) : leadOf(only, info, gone, force)}
          </p>
          {only === undefined ? <Victims targets={targets} /> : <Blast info={info} />}
          {criticalName !== null && (
            <label className="confirm">
              This ends your desktop session or a part of the system. Type <b>{criticalName}</b> to
              go on.
              <input
                value={typed}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => setTyped(event.target.value)}
              />
            </label>
          )}
        </div>
        <div className="f">
          <span className="dim">
            {force ? 'Unsaved work is lost.' : 'If it still runs after 3 s, you can force it.'}
          </span>
          <span className="grow" />
          <Button
            look="line"
            ref={cancel}
            disabled={isEnding}
            onClick={() => dialog.current?.close()}
          >
            {gone || isProtected ? 'Close' : 'Cancel'}
          </Button>
          {!gone && !isProtected && (
            <Button
              look="crit"
              disabled={isEnding || (criticalName !== null && typed !== criticalName)}
              onClick={() => {
                setIsEnding(true)
                void onEnd(criticalName === null ? null : typed)
              }}
            >
              {isEnding ? 'Ending…' : verb}
            </Button>
          )}
        </div>
      </div>
    </dialog>
  )
}

/** Details as they are when the dialog opens; `gone` when the target ended or its pid is another program now. */
function useTargetInfo(target: Target | undefined): {
  info: ProcessInfo | undefined
  gone: boolean
} {
  const { data, error } = useQuery({
    queryKey: ['process-info', 'end', target?.pid, target?.start_id],
    queryFn: ({ signal }) =>
      target === undefined
        ? Promise.reject(new Error('There is no single target.'))
        : api.getProcessInfo(target.pid, { startId: target.start_id, signal }),
    enabled: target !== undefined,
    staleTime: 0,
    gcTime: 0,
  })
  const gone =
    error instanceof ApiError && (error.error === 'gone' || error.error === 'identity_mismatch')
  return { info: data, gone }
}

function titleOf(targets: readonly Target[], verb: string): string {
  const only = targets.length === 1 ? targets[0] : undefined
  return only === undefined ? `${verb} ${targets.length} processes?` : `${verb} ${only.name}?`
}

const leadOfMany = (force: boolean) =>
  force
    ? 'They end at once. Unsaved work is lost; files may be left half written.'
    : 'Each is asked to finish (SIGTERM).'

function leadOf(
  target: Target,
  info: ProcessInfo | undefined,
  gone: boolean,
  force: boolean,
): string {
  if (gone) return `${target.name} (PID ${target.pid}) has already ended.`
  const startedAtMs = info?.started_at_ms ?? null
  const age =
    startedAtMs === null ? null : `running ${formatDuration((Date.now() - startedAtMs) / 1000)}`
  const how = force
    ? 'Ends at once. Unsaved work is lost; files may be left half written.'
    : 'asks it to finish (SIGTERM)'
  return [`PID ${target.pid}`, target.user, age, how].filter((part) => part !== null).join(' · ')
}

function Victims({ targets }: { targets: readonly Target[] }) {
  const more = targets.length - MOST_SHOWN
  return (
    <ul className="blast">
      {targets.slice(0, MOST_SHOWN).map((target) => (
        <li key={`${target.pid}.${target.start_id}`}>
          <Icon name="end" />
          <div>
            {target.name}
            <small>
              PID {target.pid}
              {target.user !== null && ` · ${target.user}`}
            </small>
          </div>
        </li>
      ))}
      {more > 0 && (
        <li>
          <Icon name="more" />
          <div>and {more} more</div>
        </li>
      )}
    </ul>
  )
}

function Blast({ info }: { info: ProcessInfo | undefined }) {
  if (info === undefined) return null
  const { protected_reason: reason } = info.blast
  if (reason !== null) {
    return (
      <ul className="blast">
        <li className="warn">
          <Icon name="lock" />
          <div>
            Protected
            <small>{reason}</small>
          </div>
        </li>
      </ul>
    )
  }
  const lines = blastLines(info.blast)
  if (lines.length === 0) return null
  return (
    <ul className="blast">
      {lines.map((line) => (
        <li key={line.fact} className={line.isWarning ? 'warn' : undefined}>
          <Icon name={line.icon} />
          <div>
            {line.fact}
            <small>{line.detail}</small>
          </div>
        </li>
      ))}
    </ul>
  )
}
