import type { IoPriority, PriorityWord } from '@taskmanager/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useState, type ReactNode } from 'react'
import { CommandsContext, type Commands, type Target } from '../../stores/commands.ts'
import { useConnection, useControl } from '../../stores/connection.ts'
import { liveProcesses } from '../../stores/live-processes.ts'
import { endings } from '../../stores/endings.ts'
import { getPreferences, setPreference } from '../../stores/preferences.ts'
import { showToast } from '../../stores/toasts.ts'
import { ACTIONS_KEY } from './actions-query.ts'
import { announceEndings } from './announce-endings.ts'
import { announce, announceUnasked, type Remedies } from './announce.ts'
import {
  endTargets,
  ioPrioritiseTargets,
  pinTargets,
  prioritiseTargets,
  resumeTargets,
  spareTargets,
  suspendTargets,
} from './control-calls.ts'
import type { Asked } from './asked-dialog.tsx'
import type { EndAnswer } from './end-dialog.tsx'
import type { Told } from './outcome-text.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

const AskedDialog = lazy(async () => ({
  default: (await import('./asked-dialog.tsx')).AskedDialog,
}))

/** Something asked of processes. */
type Order =
  | { readonly verb: 'ended'; readonly force: boolean; readonly confirmName: string | null }
  | { readonly verb: 'suspended'; readonly confirmName: string | null }
  | { readonly verb: 'resumed' }
  | { readonly verb: 'changed'; readonly word: PriorityWord }
  | { readonly verb: 'io'; readonly word: IoPriority }
  | { readonly verb: 'spared'; readonly on: boolean }
  | { readonly verb: 'pinned'; readonly cpus: readonly number[] }

const MOST_UNASKED = 200

/** Holds the dialogs, sends the orders and tells their outcomes; every page reaches it by `useCommands()`. */
export function CommandsProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const reason = useReason()
  const queries = useQueryClient()
  const refreshLog = useCallback(
    () => void queries.invalidateQueries({ queryKey: ACTIONS_KEY }),
    [queries],
  )
  const { mutateAsync: send } = useMutation({
    mutationFn: ({ order, targets }: { order: Order; targets: readonly Target[] }) =>
      carryOut(order, targets),
    onSettled: () => refreshLog(),
  })
  const { commands, end, suspend, pin } = useMemo(() => {
    const remedies = (order: Order, targets: readonly Target[]): Remedies => ({
      force: () => setAsked({ kind: 'end', targets, force: true }),
      resume: () => void run({ verb: 'resumed' }, targets),
      again: () => void run(order, targets),
      showAll: (title, told) => setAsked({ kind: 'outcomes', title, told }),
    })
    const run = async (order: Order, targets: readonly Target[]): Promise<readonly Told[]> => {
      if (targets.length === 0) return []
      const told = await send({ order, targets })
      const [first] = targets
      if (first !== undefined && told.length === 1 && needsName(told)) {
        // A name the service asks for: what stands there keeps a session or the system running.
        if (order.verb === 'suspended') setAsked({ kind: 'suspend', target: first })
        else if (order.verb === 'ended') setAsked({ kind: 'end', targets, force: order.force })
        return told
      }
      const verb = isChange(order) ? 'changed' : order.verb
      const rest = announceEndings(
        { told, targets },
        {
          undo: (ending) => void run({ verb: 'resumed' }, ending),
          tell: (later) => {
            announce(later.told, later.targets, 'ended', remedies(order, later.targets))
            refreshLog()
          },
        },
      )
      const isUnasked = order.verb === 'ended' && isEndedUnasked(targets, order.force)
      if (isUnasked && first !== undefined) {
        announceUnasked(rest.told, first.name, remedies(order, rest.targets))
      } else announce(rest.told, rest.targets, verb, remedies(order, rest.targets))
      return told
    }
    /** By a key it can be asked for although its button is off: then it says why it is. */
    const whenAble =
      <Rest extends readonly unknown[]>(act: (targets: readonly Target[], ...rest: Rest) => void) =>
      (targets: readonly Target[], ...rest: Rest) => {
        if (targets.length === 0) return
        if (reason === null) act(targets, ...rest)
        else showToast({ kind: 'info', text: reason })
      }
    const made: Commands = {
      reason,
      end: whenAble((targets, force: boolean) => {
        if (!isEndedUnasked(targets, force)) return setAsked({ kind: 'end', targets, force })
        void run({ verb: 'ended', force, confirmName: null }, targets)
      }),
      suspend: whenAble((targets) => void run({ verb: 'suspended', confirmName: null }, targets)),
      resume: whenAble((targets) => void run({ verb: 'resumed' }, targets)),
      setPriority: whenAble(
        (targets, word: PriorityWord) => void run({ verb: 'changed', word }, targets),
      ),
      setEfficiency: whenAble((targets, on: boolean) => void run({ verb: 'spared', on }, targets)),
      setIoPriority: whenAble(
        (targets, word: IoPriority) => void run({ verb: 'io', word }, targets),
      ),
      chooseCpus: whenAble((targets) => setAsked({ kind: 'cpus', targets })),
    }
    return {
      commands: made,
      end: async (targets: readonly Target[], force: boolean, answer: EndAnswer) => {
        const { confirmName, unaskedName } = answer
        await run({ verb: 'ended', force, confirmName }, targets)
        if (unaskedName !== null) rememberUnasked(unaskedName)
      },
      suspend: (target: Target, confirmName: string) =>
        void run({ verb: 'suspended', confirmName }, [target]),
      pin: (targets: readonly Target[], cpus: readonly number[]) =>
        void run({ verb: 'pinned', cpus }, targets),
    }
  }, [reason, send, refreshLog])
  return (
    <CommandsContext value={commands}>
      {children}
      {asked !== null && (
        <Suspense fallback={null}>
          <AskedDialog
            asked={asked}
            onEnd={end}
            onSuspend={suspend}
            onPin={pin}
            // Only its own end closes it: an outcome may have opened the next question.
            onClose={() => setAsked((now) => (now === asked ? null : now))}
          />
        </Suspense>
      )}
    </CommandsContext>
  )
}

/** Of these the outcomes are counted with one word. */
const isChange = (order: Order): order is Extract<Order, { verb: 'pinned' | 'io' | 'spared' }> =>
  order.verb === 'pinned' || order.verb === 'io' || order.verb === 'spared'

function carryOut(order: Order, targets: readonly Target[]): Promise<Told[]> {
  switch (order.verb) {
    case 'ended':
      return endTargets(targets, { ...order, undo: isUndoable(targets) })
    case 'suspended':
      return suspendTargets(targets, order.confirmName)
    case 'resumed':
      return resumeTargets(targets)
    case 'changed':
      return prioritiseTargets(targets, order.word)
    case 'io':
      return ioPrioritiseTargets(targets, order.word)
    case 'spared':
      return spareTargets(targets, order.on)
    case 'pinned':
      return pinTargets(targets, order.cpus)
    default:
      return order satisfies never
  }
}

/** Where the user chose it. Those that wait already are ended at once when they are ended again. */
const isUndoable = (targets: readonly Target[]): boolean =>
  getPreferences().endWithUndo &&
  !targets.every((target) => endings.get().has(keyOfProcess(target)))

const needsName = (told: readonly Told[]): boolean =>
  told.every(({ result }) => result === 'confirmation_required')

/** Only one own process of a program chosen before, and never by force. */
function isEndedUnasked(targets: readonly Target[], force: boolean): boolean {
  const [only] = targets
  if (force || targets.length !== 1 || only === undefined) return false
  const own = liveProcesses.get().capabilities?.user ?? null
  return own !== null && only.user === own && getPreferences().endWithoutAsking.includes(only.name)
}

function rememberUnasked(name: string): void {
  const others = getPreferences().endWithoutAsking.filter((one) => one !== name)
  setPreference('endWithoutAsking', [...others, name].slice(-MOST_UNASKED))
}

/** Why commands are off; null when they work. */
function useReason(): string | null {
  const control = useControl()
  const { state, port, refused, otherVersion } = useConnection('stats')
  if (state === 'down' && !refused)
    return `Port ${port} does not answer, so nothing can be ended or changed.`
  if (state === 'wrong_program') return `Port ${port} is used by another program.`
  if (otherVersion !== null)
    return 'This page and its service are of different versions: reload first.'
  if (control === undefined || control === null) return null
  if (control.isPassing) return `Commands are not ready yet. ${control.message}`
  if (control.error === 'forbidden_scope') return `Looking only. ${control.message}`
  return 'Looking only: open from the launcher, or paste a token.'
}
