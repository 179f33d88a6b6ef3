import type { LoggedAction } from '@taskmanager/contracts'
import { fold } from '../../lib/fold.ts'
import { formatNice } from '../../lib/format.ts'

/** An action of the log as its command is called on this page. */
export function actionWords(action: string): string {
  const nice = /^priority (-?\d+)$/.exec(action)?.[1]
  if (nice !== undefined) return `Priority: ${formatNice(Number(nice))}`
  const io = /^io priority (\w+)$/.exec(action)?.[1]
  if (io !== undefined) return `Disk priority: ${io}`
  if (action === 'affinity') return 'Choose CPUs'
  return action.charAt(0).toUpperCase() + action.slice(1)
}

export function byWords({ by, elevated }: LoggedAction): string {
  const who = by === 'page' ? 'a page' : 'a program'
  return elevated ? `${who}, elevated` : who
}

/** Whether each word stands somewhere in what a line shows. */
export function matchesAction(action: LoggedAction, text: string): boolean {
  const shown = fold(
    [
      actionWords(action.action),
      action.name ?? '',
      action.pid,
      action.user ?? '',
      action.message,
      `by ${byWords(action)}`,
    ].join(' '),
  )
  return fold(text)
    .split(/\s+/)
    .every((word) => shown.includes(word))
}
