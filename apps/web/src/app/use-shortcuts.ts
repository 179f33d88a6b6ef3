import { INTERVALS_MS } from '@taskmanager/contracts'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useLocation } from 'wouter'
import { getPreferences, setPreference } from '../stores/preferences.ts'
import { BY_KEY } from '../lib/by-key.ts'
import { systemInfo } from '../stores/live-stats.ts'
import { offeredPages } from './pages.ts'

interface ShortcutOptions {
  /** Single letters; off while typing and where the user switched them off. */
  readonly letters: boolean
  readonly narrow: boolean
  readonly onSheet: () => void
  readonly onPalette: () => void
}

const G_WAITS_MS = 1500

/** Keys that work on every page. A key that a list or dialog has used (`defaultPrevented`) is not ours. */
export function useShortcuts({ letters, narrow, onSheet, onPalette }: ShortcutOptions): void {
  const [, navigate] = useLocation()
  const gPressedAt = useRef(Number.NEGATIVE_INFINITY)

  /** Before a list gets it: after `g`, `s` is the way to a page, and no order to suspend. */
  const onSecondKey = useEffectEvent((event: KeyboardEvent) => {
    const afterG = event.timeStamp - gPressedAt.current < G_WAITS_MS
    gPressedAt.current = Number.NEGATIVE_INFINITY
    if (!afterG || !areLettersOurs(event, letters)) return
    const page = offeredPages(systemInfo.get()).find((one) => one.letter === event.key)
    if (page === undefined) return
    event.preventDefault()
    event.stopPropagation()
    navigate(page.path, { state: BY_KEY })
  })

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (isPaletteKey(event) && document.querySelector('dialog[open]') === null) {
      event.preventDefault() // The browser would search the web.
      onPalette()
      return
    }
    if (event.defaultPrevented || !areLettersOurs(event, letters)) return
    const action = ACTIONS[event.key]
    if (event.key === 'g') gPressedAt.current = event.timeStamp
    else if (event.key === '?') onSheet()
    else if (event.key === '[') setPreference('rail', narrow ? 'wide' : 'narrow')
    else if (action !== undefined) action()
    else return
    event.preventDefault()
  })

  useEffect(() => {
    const first = (event: KeyboardEvent) => onSecondKey(event)
    const last = (event: KeyboardEvent) => onKey(event)
    addEventListener('keydown', first, true)
    addEventListener('keydown', last)
    return () => {
      removeEventListener('keydown', first, true)
      removeEventListener('keydown', last)
    }
  }, [])
}

/** A single letter, where nobody is typing. */
function areLettersOurs(event: KeyboardEvent, letters: boolean): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  return letters && !isTyping(event.target) && document.querySelector('dialog[open]') === null
}

const ACTIONS: Record<string, () => void> = {
  p: () => setPreference('paused', !getPreferences().paused),
  '%': () =>
    setPreference('cpuScale', getPreferences().cpuScale === 'machine' ? 'core' : 'machine'),
  '+': () => changeInterval(-1),
  '-': () => changeInterval(1),
}

function changeInterval(by: number): void {
  const at = INTERVALS_MS.indexOf(getPreferences().intervalMs)
  const next = INTERVALS_MS[Math.max(0, Math.min(INTERVALS_MS.length - 1, at + by))]
  if (next !== undefined) setPreference('intervalMs', next)
}

/** Ctrl K or Cmd K, in the field of a filter as well. */
function isPaletteKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k'
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
