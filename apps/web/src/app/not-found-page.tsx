import { Link, useLocation } from 'wouter'
import { Icon } from '../components/icon.tsx'

export function NotFoundPage() {
  const [location] = useLocation()
  return (
    <div className="empty">
      <div className="in">
        <span className="tile">
          <Icon name="help" />
        </span>
        <h1>There is no page here</h1>
        <p>
          <span className="mono">{location}</span> leads nowhere. The link may be from another
          version.
        </p>
        <div className="bs">
          <Link className="btn line" href="/">
            Go to Overview
          </Link>
        </div>
      </div>
    </div>
  )
}
