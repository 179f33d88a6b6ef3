import { INTERVALS_MS } from '@taskmanager/contracts'
import { Icon } from '../components/icon.tsx'
import { useConnectionState } from '../stores/connection.ts'
import { setPreference, usePreference } from '../stores/preferences.ts'
import { livenessOf } from './liveness.ts'

const WORDS = { live: 'Live', partly: 'Live, in part', late: 'Late', silent: 'Not live' } as const
const LOOKS = { live: '', partly: '', late: 'off', silent: 'off' } as const

/** `Live | 1 s | pause`: what the page does about the present. */
export function LiveControl() {
  const paused = usePreference('paused')
  const intervalMs = usePreference('intervalMs')
  const liveness = livenessOf(useConnectionState('stats'), useConnectionState('accuracy'))
  const look = paused ? 'paused' : LOOKS[liveness]
  return (
    <span className={`livebtn ${look}`} role="group" aria-label="Refresh">
      <span>
        <Icon name={liveness === 'silent' ? 'unplugged' : 'live'} />
        {paused ? 'Paused' : WORDS[liveness]}
      </span>
      <select
        aria-label="Refresh every"
        title="Refresh every"
        value={intervalMs}
        onChange={(event) =>
          setPreference('intervalMs', Number(event.target.value) as typeof intervalMs)
        }
      >
        {INTERVALS_MS.map((interval) => (
          <option key={interval} value={interval}>
            {interval / 1000} s
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label={paused ? 'Go on' : 'Pause'}
        title={paused ? 'Go on (p)' : 'Pause the view (p); sampling goes on'}
        aria-pressed={paused}
        onClick={() => setPreference('paused', !paused)}
      >
        <Icon name={paused ? 'play' : 'pause'} size="s" />
      </button>
    </span>
  )
}
