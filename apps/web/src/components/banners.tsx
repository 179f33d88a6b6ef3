import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import { formatClock, formatDuration } from '../lib/format.ts'
import { useClock } from '../stores/clock.ts'
import { useConnection, type Connection } from '../stores/connection.ts'

interface BannerProps {
  readonly kind: 'warn' | 'crit' | 'info'
  readonly icon: IconName
  readonly fact: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}

export function Banner({ kind, icon, fact, children, actions }: BannerProps) {
  return (
    <div className={`banner ${kind}`} role={kind === 'crit' ? 'alert' : 'status'}>
      <Icon name={icon} />
      <p>
        <b>{fact}</b> {children}
      </p>
      {actions !== undefined && <span className="r">{actions}</span>}
    </div>
  )
}

/** What is wrong with the services, once, above every page. Nothing when all is well. */
export function Banners() {
  const stats = useConnection('stats')
  const accuracy = useConnection('accuracy')
  const versions = [stats.otherVersion, accuracy.otherVersion]
  if (versions.includes('older')) {
    return (
      <Banner kind="warn" icon="info" fact="The services are older than this page.">
        Their figures are not shown, the names may have changed. Start Task Manager Pro again.
      </Banner>
    )
  }
  if (versions.includes('newer')) {
    return (
      <Banner
        kind="info"
        icon="info"
        fact="A newer version is running."
        actions={
          <Button look="line" onClick={() => location.reload()}>
            Reload
          </Button>
        }
      >
        This page is older than its services; what it shows is of before.
      </Banner>
    )
  }
  if (stats.refused || accuracy.refused) {
    return (
      <Banner
        kind="warn"
        icon="lock"
        fact="This page may not read this machine yet."
        actions={
          <Link className="btn line" href="/settings">
            Paste a token
          </Link>
        }
      >
        Open it from the launcher, or paste a token in Settings.
      </Banner>
    )
  }
  const strangers = [stats, accuracy].filter((one) => one.state === 'wrong_program')
  const [stranger] = strangers
  if (stranger !== undefined) return <WrongProgram all={strangers} first={stranger} />
  if (stats.state === 'down' && accuracy.state === 'down')
    return <BothDown {...{ stats, accuracy }} />
  if (accuracy.state === 'down') {
    return (
      <OneDown connection={accuracy} fact="Process list unavailable.">
        Port {accuracy.port} does not answer. Charts are live
        {accuracy.lastDataAtMs === null
          ? '; there are no lists yet.'
          : `; lists below are from ${formatClock(accuracy.lastDataAtMs)}.`}
      </OneDown>
    )
  }
  if (stats.state === 'down') {
    return (
      <OneDown connection={stats} fact="Charts and commands unavailable.">
        Port {stats.port} does not answer. The list is live.
      </OneDown>
    )
  }
  return null
}

interface OneDownProps {
  readonly connection: Connection
  readonly fact: string
  readonly children: ReactNode
}

function OneDown({ connection, fact, children }: OneDownProps) {
  const [open, setOpen] = useState(false)
  return (
    <Banner
      kind="warn"
      icon="unplugged"
      fact={fact}
      actions={
        <>
          <Retry of={[connection]} />
          <Button look="line" aria-expanded={open} onClick={() => setOpen(!open)}>
            What to do
          </Button>
        </>
      }
    >
      {children}
      {open && <WhatToDo />}
    </Banner>
  )
}

function BothDown({ stats, accuracy }: { stats: Connection; accuracy: Connection }) {
  const [open, setOpen] = useState(false)
  const since = Math.min(stats.sinceMs, accuracy.sinceMs)
  return (
    <Banner
      kind="crit"
      icon="alert"
      fact="Neither service answers."
      actions={
        <>
          <Retry of={[stats, accuracy]} />
          <Button look="line" aria-expanded={open} onClick={() => setOpen(!open)}>
            How to start them
          </Button>
        </>
      }
    >
      System ({stats.port}) and Lists ({accuracy.port}) are silent since {formatClock(since)}.
      Nothing you see is live; commands are off.
      {open && <WhatToDo />}
    </Banner>
  )
}

function WhatToDo() {
  return (
    <span>
      {' '}
      The launcher starts a stopped service again by itself. If it does not, run{' '}
      <span className="mono">npm start</span> in the folder of Task Manager Pro; its window says
      what is wrong. This page comes back by itself.
    </span>
  )
}

function WrongProgram({ all, first }: { all: readonly Connection[]; first: Connection }) {
  return (
    <Banner
      kind="crit"
      icon="alert"
      fact={`Port ${first.port} is used by another program.`}
      actions={<Retry of={all} />}
    >
      Nothing was sent to it. End that program, then start Task Manager Pro again.
    </Banner>
  )
}

function Retry({ of }: { of: readonly Connection[] }) {
  const now = useClock()
  const times = of.map((one) => one.retryAtMs).filter((at) => at !== null)
  const seconds = times.length === 0 ? 0 : Math.max(0, Math.ceil((Math.min(...times) - now) / 1000))
  return (
    <>
      <span>{seconds > 0 ? `Trying again in ${formatDuration(seconds)}` : 'Trying now'}</span>
      <Button look="line" onClick={() => of.forEach((one) => one.retryNow())}>
        Try now
      </Button>
    </>
  )
}
