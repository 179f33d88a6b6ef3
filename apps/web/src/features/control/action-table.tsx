import type { LoggedAction } from '@taskmanager/contracts'
import { Icon, type IconName } from '../../components/icon.tsx'
import { formatInstant } from '../../lib/format.ts'
import type { Toast } from '../../stores/toasts.ts'
import { actionWords, byWords } from './action-words.ts'
import { KIND_OF_RESULT } from './outcome-text.ts'

const ICONS: Record<Toast['kind'], IconName> = {
  good: 'good',
  info: 'clock',
  warn: 'warning',
  crit: 'alert',
}

export function ActionTable({ actions }: { readonly actions: readonly LoggedAction[] }) {
  return (
    <table className="actions" aria-label="Actions">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col" className="wide">
            Action
          </th>
          <th scope="col">Process or service</th>
          <th scope="col">Result</th>
          <th scope="col" className="wide">
            Asked by
          </th>
        </tr>
      </thead>
      <tbody>
        {withKeys(actions).map(([key, action]) => (
          <ActionLine key={key} action={action} />
        ))}
      </tbody>
    </table>
  )
}

/** A double click writes the same line twice: the second of them gets a number. */
function withKeys(actions: readonly LoggedAction[]): (readonly [string, LoggedAction])[] {
  const counts = new Map<string, number>()
  return actions.map((action) => {
    const key = keyOf(action)
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    return [count === 0 ? key : `${key} ${count}`, action] as const
  })
}

const keyOf = ({ time_ms: time, pid, start_id: startId, action, result }: LoggedAction): string =>
  [time, pid, startId, action, result].join(' ')

function ActionLine({ action }: { readonly action: LoggedAction }) {
  const instant = new Date(action.time_ms)
  const kind = KIND_OF_RESULT[action.result]
  return (
    <tr>
      <td className="mid">
        <time dateTime={instant.toISOString()} title={instant.toLocaleString('en-GB')}>
          {formatInstant(action.time_ms)}
        </time>
      </td>
      <td className="wide">{actionWords(action.action)}</td>
      <td className="who">
        {action.name !== null && <b>{action.name}</b>}{' '}
        {action.pid !== null && <span className="pid dim">PID {action.pid}</span>}
      </td>
      <td className={`said ${kind}`}>
        <Icon name={ICONS[kind]} />
        {action.message}
      </td>
      <td className="dim wide">{byWords(action)}</td>
    </tr>
  )
}
