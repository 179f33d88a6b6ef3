import { useSyncExternalStore } from 'react'
import { usePreference } from '../stores/preferences.ts'

const wide = matchMedia('(min-width: 1200px)')
const veryWide = matchMedia('(min-width: 1600px)')

function subscribe(listener: () => void): () => void {
  for (const query of [wide, veryWide]) query.addEventListener('change', listener)
  return () => {
    for (const query of [wide, veryWide]) query.removeEventListener('change', listener)
  }
}

/** The choice of the user, else by width; Performance brings its own rail and needs the room below 1600 px. */
export function useRailNarrow(location: string): boolean {
  const rail = usePreference('rail')
  const isWide = useSyncExternalStore(subscribe, () => wide.matches)
  const isVeryWide = useSyncExternalStore(subscribe, () => veryWide.matches)
  if (location.startsWith('/performance') && !isVeryWide) return true
  if (rail !== 'auto') return rail === 'narrow'
  return !isWide
}
