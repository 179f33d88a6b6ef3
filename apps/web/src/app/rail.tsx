import { Link, useLocation } from 'wouter'
import { Icon } from '../components/icon.tsx'
import { useProcesses } from '../stores/live-processes.ts'
import { useSystem } from '../stores/live-stats.ts'
import { formatCount } from '../lib/format.ts'
import { isCurrent, offeredPages } from './pages.ts'

interface RailProps {
  readonly narrow: boolean
  readonly onShortcuts: () => void
}

export function Rail({ narrow, onShortcuts }: RailProps) {
  const [location] = useLocation()
  const hostname = useSystem((system) => system?.hostname ?? null)
  const appCount = useProcesses((live) => live.totals?.app_count ?? null)
  const processCount = useProcesses((live) => live.totals?.process_count ?? null)
  const system = useSystem((info) => info)
  const pages = offeredPages(system)
  const counts: Record<string, number | null> = { '/apps': appCount, '/processes': processCount }
  return (
    <nav className="rail" aria-label="Pages">
      <div className="host" title={hostname ?? 'this machine'}>
        <span className="mark">
          <Icon name="mark" />
        </span>
        <span className="n cut">
          {hostname ?? 'Task Manager Pro'}
          <small>this machine</small>
        </span>
      </div>
      {pages.map((page) => {
        const count = counts[page.path] ?? null
        return (
          <Link
            key={page.path}
            href={page.path}
            className="nav"
            title={narrow ? page.name : undefined}
            aria-current={isCurrent(page, location) ? 'page' : undefined}
          >
            <Icon name={page.icon} />
            <span className="t">{page.name}</span>
            {count !== null && (
              <span className="c" aria-hidden="true">
                {formatCount(count)}
              </span>
            )}
          </Link>
        )
      })}
      <div className="navpush" />
      <button
        type="button"
        className="nav"
        onClick={onShortcuts}
        title={narrow ? 'Shortcuts' : undefined}
      >
        <Icon name="help" />
        <span className="t">Shortcuts</span>
        <span className="c" aria-hidden="true">
          <kbd>?</kbd>
        </span>
      </button>
      <Link
        href="/settings"
        className="nav"
        title={narrow ? 'Settings' : undefined}
        aria-current={location === '/settings' ? 'page' : undefined}
      >
        <Icon name="settings" />
        <span className="t">Settings</span>
      </Link>
    </nav>
  )
}
