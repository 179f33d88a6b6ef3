import { Link, useLocation } from 'wouter'
import { Button } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { useConnection, type Connection } from '../stores/connection.ts'
import { useServiceClock, useSystem } from '../stores/live-stats.ts'
import { setPreference, usePreference } from '../stores/preferences.ts'
import { lastDataText, livenessOf } from './liveness.ts'
import { isCurrent, PAGES } from './pages.ts'
import { ThemeButton } from './theme-button.tsx'

/** The bar of a phone: who this is, how live it is, pause. Shown below 640 px only. */
export function PhoneBar({ onSearch }: { onSearch: () => void }) {
  const hostname = useSystem((system) => system?.hostname ?? null)
  const paused = usePreference('paused')
  return (
    <header className="pbar">
      <span className="host">
        <span className="mark">
          <Icon name="mark" />
        </span>
        <span className="n">
          {hostname ?? 'Task Manager Pro'}
          <small>{paused ? 'paused' : <Liveness />}</small>
        </span>
      </span>
      <span className="grow" />
      <Button icon aria-label="Search or run a command" aria-haspopup="dialog" onClick={onSearch}>
        <Icon name="search" />
      </Button>
      <Button
        icon
        aria-label={paused ? 'Go on' : 'Pause'}
        aria-pressed={paused}
        onClick={() => setPreference('paused', !paused)}
      >
        <Icon name={paused ? 'play' : 'pause'} />
      </Button>
      <ThemeButton />
    </header>
  )
}

const WORDS = { live: 'live', partly: 'live, in part', silent: 'not live' } as const

function Liveness() {
  const intervalMs = usePreference('intervalMs')
  const stats = useConnection('stats')
  const accuracy = useConnection('accuracy')
  const liveness = livenessOf(stats.state, accuracy.state)
  if (liveness === 'late') return <Late connection={stats.state === 'stale' ? stats : accuracy} />
  return <>{`${WORDS[liveness]}, ${intervalMs / 1000} s`}</>
}

function Late({ connection }: { connection: Connection }) {
  const now = useServiceClock()
  return <>{['late', lastDataText(connection, now)].filter(Boolean).join(', ')}</>
}

/** Tabs at the bottom of a phone. */
export function PhoneTabs() {
  const [location] = useLocation()
  return (
    <nav className="ptabs" aria-label="Pages">
      {PAGES.filter(({ isLeftOutOnPhones }) => isLeftOutOnPhones !== true).map((page) => (
        <Link
          key={page.path}
          href={page.path}
          aria-current={isCurrent(page, location) ? 'page' : undefined}
        >
          <Icon name={page.icon} />
          {page.name}
        </Link>
      ))}
      <Link href="/settings" aria-current={location === '/settings' ? 'page' : undefined}>
        <Icon name="settings" />
        Settings
      </Link>
    </nav>
  )
}
