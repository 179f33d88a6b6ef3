import { useEffect, useState } from 'react'
import { getPreferences } from '../stores/preferences.ts'

/** `/` and Ctrl F come to this field from anywhere on the page. */
export function useFocusKeys(field: () => HTMLInputElement | null): void {
  const [find] = useState(() => field)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement &&
        /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)
      const slash =
        event.key === '/' &&
        !typing &&
        !event.ctrlKey &&
        !event.metaKey &&
        getPreferences().letterShortcuts
      const control = event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.shiftKey
      if ((!slash && !control) || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      find()?.focus()
      find()?.select()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [find])
}
