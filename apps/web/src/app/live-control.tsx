import { INTERVALS_MS } from '@taskmanager/contracts'
import { Icon } from '../components/icon.tsx'
import { isSilent, useConnectionState } from '../stores/connection.ts'
import { setPreference, usePreference } from '../stores/preferences.ts'

/** `Live | 1 s | pause`: what the page does about the present. */
export function LiveControl() {
  const paused = usePreference('paused')
  const intervalMs = usePreference('intervalMs')
  const stats = useConnectionState('stats')
  const accuracy = useConnectionState('accuracy')
  const silent = [stats, accuracy].filter((state) => isSilent(state)).length
  const word = paused
    ? 'Paused'
    : silent === 2
      ? 'Not live'
      : silent === 1
        ? 'Live, in part'
        : 'Live'
  const look = paused ? 'paused' : silent === 2 ? 'off' : ''
  return (
    <span className={`livebtn ${look}`} role="group" aria-label="Refresh">
      <span>
        <Icon name={silent === 2 ? 'unplugged' : 'live'} />
        {word}
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
