import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useStore } from '../lib/create-store.ts'
import { useClock } from '../stores/clock.ts'
import { secondsLeft } from '../stores/endings.ts'
import { closeToast, toasts, type Toast } from '../stores/toasts.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

const ICONS: Record<Toast['kind'], IconName> = {
  good: 'good',
  info: 'clock',
  warn: 'warning',
  crit: 'alert',
}

/** Outcomes at the bottom right, read out politely; F8 moves there. */
export function ToastRegion() {
  const list = useStore(toasts, (all) => all)
  const region = useRef<HTMLElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F8') return
      event.preventDefault()
      region.current?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <section className="toasts" aria-label="Outcomes" aria-live="polite" tabIndex={-1} ref={region}>
      {list.map((toast) => (
        <div key={toast.id} className={`toast ${toast.kind}`}>
          <Icon name={ICONS[toast.kind]} />
          <div className="say">
            <p>
              {toast.text}
              {toast.untilMs !== undefined && <Countdown untilMs={toast.untilMs} />}
            </p>
            {toast.isLogged === true && (
              <Link href="/actions" className="link" onClick={() => closeToast(toast.id)}>
                Actions log
              </Link>
            )}
          </div>
          {toast.action !== undefined && (
            <Button
              onClick={() => {
                closeToast(toast.id)
                toast.action?.run()
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <Button icon aria-label="Close" onClick={() => closeToast(toast.id)}>
            <Icon name="close" size="s" />
          </Button>
        </div>
      ))}
    </section>
  )
}

/** Seen each second, read out once. */
function Countdown({ untilMs }: { readonly untilMs: number }) {
  const left = secondsLeft(untilMs, useClock())
  const [first] = useState(left)
  return (
    <>
      <span className="vh"> Ending in {first} s.</span>
      <span aria-hidden="true"> Ending in {left} s.</span>
    </>
  )
}
