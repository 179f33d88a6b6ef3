import type { LoggedAction } from '@taskmanager/contracts'
import { openDetails, openSetting, type Target } from '../../stores/commands.ts'
import { setPreference, getPreferences } from '../../stores/preferences.ts'
import { showToast, type Toast } from '../../stores/toasts.ts'
import { tellMany, type Told } from './outcome-text.ts'

/** What can be done about an outcome. */
export interface Remedies {
  readonly force: () => void
  readonly resume: () => void
  readonly again: () => void
  readonly showAll: (title: string, told: readonly Told[]) => void
}

type Verb = 'ended' | 'suspended' | 'resumed' | 'changed'

/** Tells the outcome of an order in one sentence, with what to do next where there is something. */
export function announce(
  told: readonly Told[],
  targets: readonly Target[],
  verb: Verb,
  remedies: Remedies,
): void {
  const [only] = told
  if (only === undefined) return
  const isOne = told.length === 1
  const { kind, text } = isOne ? only : tellMany(told, verb)
  const action = isOne
    ? actionForOne(only, targets, verb, remedies)
    : actionForMany(told, text, verb, remedies)
  showToast({ kind, text, isLogged: told.some(isLogged), ...(action !== null && { action }) })
}

const isLogged = ({ result, isUnlogged }: Told): boolean => result !== null && isUnlogged !== true

type Action = NonNullable<Toast['action']>

function actionForOne(
  { result, isUnknown }: Told,
  targets: readonly Target[],
  verb: Verb,
  { force, resume, again }: Remedies,
): Action | null {
  const target = targets[0]
  if (isUnknown && target !== undefined) {
    return { label: 'Look', run: () => openDetails(target.pid, target.start_id) }
  }
  const actions: Partial<Record<LoggedAction['result'], Action>> = {
    ...(verb === 'ended' && { still_running: { label: 'Force end', run: force } }),
    suspended: { label: 'Resume', run: resume },
    expired: { label: 'Try again', run: again },
    needs_elevation: { label: 'How to allow', run: () => openSetting('ability-elevation') },
  }
  return result === null ? null : (actions[result] ?? null)
}

function actionForMany(
  told: readonly Told[],
  text: string,
  verb: Verb,
  { resume, showAll }: Remedies,
): Action | null {
  if (told.some(({ kind }) => kind !== 'good')) {
    return { label: 'Show each', run: () => showAll(text, told) }
  }
  return verb === 'suspended' ? { label: 'Resume', run: resume } : null
}

/** The user chose not to be asked for this program; the way back is said where it works. */
export function announceUnasked(told: readonly Told[], name: string, remedies: Remedies): void {
  const [only] = told
  if (only === undefined) return
  if (only.kind !== 'good') return announce(told, [], 'ended', remedies)
  const askAgain = () =>
    setPreference(
      'endWithoutAsking',
      getPreferences().endWithoutAsking.filter((one) => one !== name),
    )
  showToast({
    kind: 'good',
    text: only.text,
    isLogged: isLogged(only),
    action: { label: 'Ask again', run: askAgain },
  })
}
