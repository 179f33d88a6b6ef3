import { useEffect, useEffectEvent } from 'react'

/** Esc closes the drawer once nothing else (menu, dialog, filter, selection) has used it. */
export function useDrawerEscape(
  drawer: { readonly current: HTMLElement | null },
  close: () => void,
): void {
  const onKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    if (document.querySelector('dialog[open], [role="menu"]') !== null) return
    if (drawer.current !== null) close()
  })
  useEffect(() => {
    const listener = (event: globalThis.KeyboardEvent) => onKey(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
}
