import { memo, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Link } from 'wouter'
import { Icon, type IconName } from '../components/icon.tsx'
import { formatClock, formatCount } from '../lib/format.ts'
import type { TimeFlag } from '../lib/time-events.ts'

const ICONS: Record<TimeFlag['kind'], IconName> = {
  warn: 'warning',
  info: 'info',
  action: 'end',
  service: 'flag',
}

export interface PointedFlag {
  readonly flag: TimeFlag
  /** What it stands on. */
  readonly track: HTMLElement
}

interface FlagLinksProps {
  readonly flags: readonly TimeFlag[]
  readonly fromMs: number
  readonly spanMs: number
  readonly onPointed: (pointed: PointedFlag | null) => void
}

/** Flags at their seconds. They stand still on a layer that moves with the plot. */
export function FlagLinks({ flags, fromMs, spanMs, onPointed }: FlagLinksProps) {
  const [anchor] = flags
  if (anchor === undefined) return null
  return (
    <div
      className="tb-flags"
      style={{ transform: `translateX(${((anchor.atMs - fromMs) / spanMs) * 100}%)` }}
    >
      <Layer flags={flags} anchorMs={anchor.atMs} spanMs={spanMs} onPointed={onPointed} />
    </div>
  )
}

type LayerProps = Omit<FlagLinksProps, 'fromMs'> & { readonly anchorMs: number }

/** One stop of the Tab key: the arrow keys go from flag to flag. */
const Layer = memo(function Layer({ flags, anchorMs, spanMs, onPointed }: LayerProps) {
  const layer = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const focused = useRef(false)
  const pointed = useRef<string | null>(null)
  const index = flags.findIndex(({ id }) => id === chosen)
  const current = index === -1 ? flags.length - 1 : index
  const links = () => [...(layer.current?.querySelectorAll<HTMLElement>('.tb-flag') ?? [])]

  useEffect(() => {
    // The one with the focus has left at the left edge: the next takes it.
    if (index === -1 && focused.current && document.activeElement === document.body) {
      layer.current?.querySelector<HTMLElement>('.tb-flag')?.focus()
    }
  }, [index])

  useEffect(() => {
    // What is pointed at may be joined by others, be parted from them, or be gone.
    if (pointed.current === null) return
    const flag = flags.find(({ id }) => id === pointed.current)
    const track = layer.current?.closest<HTMLElement>('.tb-track')
    if (flag === undefined) pointed.current = null
    onPointed(flag === undefined || track == null ? null : { flag, track })
  }, [flags, onPointed])
  useEffect(() => () => onPointed(null), [onPointed])

  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: flags.length - 1 }
    const next = links()[to[event.key as keyof typeof to]]
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  }
  const point = (flag: TimeFlag, link: HTMLElement) => {
    const track = link.closest<HTMLElement>('.tb-track')
    if (track === null) return
    pointed.current = flag.id
    onPointed({ flag, track })
  }
  const leave = () => {
    pointed.current = null
    onPointed(null)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its links have the focus
    <div role="toolbar" aria-label="Events" ref={layer} onKeyDown={onKey}>
      {flags.map((flag, at) => (
        <Link
          key={flag.id}
          href={flag.href}
          className={`tb-flag ${flag.kind}`}
          aria-label={nameOf(flag)}
          tabIndex={at === current ? 0 : -1}
          style={{ left: `${((flag.atMs - anchorMs) / spanMs) * 100}%` }}
          onFocus={(event) => {
            focused.current = true
            setChosen(flag.id)
            point(flag, event.currentTarget)
          }}
          onBlur={() => {
            focused.current = false
            leave()
          }}
          onPointerEnter={(event) => point(flag, event.currentTarget)}
          onPointerLeave={leave}
        >
          <Icon name={ICONS[flag.kind]} />
          {flag.events.length > 1 && <span className="n">{formatCount(flag.events.length)}</span>}
        </Link>
      ))}
    </div>
  )
})

const MOST_TOLD = 5

/** When and what, the newest first; how many more there are. */
export function tellFlag({ events }: TimeFlag): { lines: readonly Told[]; more: number } {
  const lines = events
    .toReversed()
    .slice(0, MOST_TOLD)
    .map(({ id, atMs, text }) => ({ id, clock: formatClock(atMs), text }))
  return { lines, more: events.length - lines.length }
}

interface Told {
  readonly id: string
  readonly clock: string
  readonly text: string
}

function nameOf(flag: TimeFlag): string {
  const { lines, more } = tellFlag(flag)
  const said = lines.map(({ clock, text }) => `${clock}: ${text}`).join(' ')
  const count = flag.events.length
  return `${count === 1 ? '' : `${formatCount(count)} events. `}${said}${more === 0 ? '' : ` And ${formatCount(more)} more.`}`
}
