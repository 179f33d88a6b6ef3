import { useEffect, useRef } from 'react'

/** A part of a page that an address may name (`/settings#id`): once drawn, it takes the focus. */
export function useAnchor(id: string) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (location.hash === `#${id}`) ref.current?.focus()
  }, [id])
  return { id, ref, tabIndex: -1 } as const
}
