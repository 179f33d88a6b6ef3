import { useSyncExternalStore } from 'react'
import { usePreference } from '../../stores/preferences.ts'

const TOUCH = 52
const HEIGHTS = { compact: 28, comfortable: 36 } as const
const coarse = matchMedia('(pointer: coarse)')

function subscribe(listener: () => void): () => void {
  coarse.addEventListener('change', listener)
  return () => coarse.removeEventListener('change', listener)
}

/** Height of a row in pixels; the same as the token `--row`. */
export function useRowHeight(isPhone: boolean): number {
  const density = usePreference('density')
  const isCoarse = useSyncExternalStore(subscribe, () => coarse.matches)
  return isCoarse || isPhone ? TOUCH : HEIGHTS[density]
}
