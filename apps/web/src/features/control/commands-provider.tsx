import type { PriorityWord } from '@taskmanager/contracts'
import { useMutation } from '@tanstack/react-query'
import { useMemo, useState, type ReactNode } from 'react'
import { CommandsContext, type Commands, type Target } from '../../stores/commands.ts'
import { useConnection, useControl } from '../../stores/connection.ts'
import { showToast } from '../../stores/toasts.ts'
import {
  endTargets,
  prioritiseTargets,
  resumeTargets,
  suspendTargets,
  type EndOptions,
} from './control-calls.ts'
import { EndDialog } from './end-dialog.tsx'
import { tellMany, type Told } from './outcome-text.ts'

type Order =
  | { readonly verb: 'suspended' | 'resumed'; readonly targets: readonly Target[] }
  | { readonly verb: 'changed'; readonly targets: readonly Target[]; readonly word: PriorityWord }

/** Holds the dialog, sends the orders and tells their outcomes; every page reaches it by `useCommands()`. */
export function CommandsProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ targets: readonly Target[]; force: boolean } | null>(null)
  const reason = useReason()
  const { mutateAsync: send } = useMutation({ mutationFn: carryOut })
  const { mutateAsync: end } = useMutation({
    mutationFn: ({ targets, ...options }: EndOptions & { targets: readonly Target[] }) =>
      endTargets(targets, options),
  })
  const commands = useMemo<Commands>(() => {
    const run = (order: Order) => {
      if (order.targets.length === 0) return
      void send(order).then((told) => announce(told, order, run))
    }
    return {
      canControl: reason === null,
      reason,
      end: (targets, force) => {
        if (targets.length > 0) setAsked({ targets, force })
      },
      suspend: (targets) => run({ verb: 'suspended', targets }),
      resume: (targets) => run({ verb: 'resumed', targets }),
      setPriority: (targets, word) => run({ verb: 'changed', targets, word }),
    }
  }, [reason, send])
  return (
    <CommandsContext value={commands}>
      {children}
      {asked !== null && (
        <EndDialog
          key={asked.targets.map(({ pid, start_id }) => `${pid}.${start_id}`).join()}
          {...asked}
          onClose={() => setAsked(null)}
          onEnd={async (confirmName) => {
            const { targets, force } = asked
            const told = await end({ targets, force, confirmName })
            setAsked(null)
            announceEnd(told, targets, () => setAsked({ targets, force: true }))
          }}
        />
      )}
    </CommandsContext>
  )
}

function carryOut(order: Order): Promise<Told[]> {
  if (order.verb === 'changed') return prioritiseTargets(order.targets, order.word)
  return order.verb === 'suspended' ? suspendTargets(order.targets) : resumeTargets(order.targets)
}

/** Why commands are off; null when they work. */
function useReason(): string | null {
  const control = useControl()
  const { state, port, otherVersion } = useConnection('stats')
  if (state === 'down') return `Port ${port} does not answer, so nothing can be ended or changed.`
  if (state === 'wrong_program') return `Port ${port} is used by another program.`
  if (otherVersion !== null)
    return 'This page and its service are of different versions: reload first.'
  if (control === undefined || control === null) return null
  return 'Looking only: open from the launcher, or paste a token.'
}

function announce(told: readonly Told[], order: Order, run: (order: Order) => void): void {
  const [only] = told
  if (only === undefined) return
  const isSuspended =
    order.verb === 'suspended' && told.some(({ result }) => result === 'suspended')
  const { kind, text } = told.length === 1 ? only : tellMany(told, order.verb)
  showToast({
    kind,
    text,
    ...(isSuspended && {
      action: { label: 'Resume', run: () => run({ verb: 'resumed', targets: order.targets }) },
    }),
  })
}

function announceEnd(told: readonly Told[], targets: readonly Target[], force: () => void): void {
  const [only] = told
  if (only === undefined) return
  const { kind, text } = told.length === 1 ? only : tellMany(told, 'ended')
  const canForce = told.length === 1 && targets.length === 1 && only.result === 'still_running'
  showToast({ kind, text, ...(canForce && { action: { label: 'Force end', run: force } }) })
}
