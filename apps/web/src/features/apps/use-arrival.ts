import { useEffect, useRef } from 'react'
import type { AppRowLine } from './app-lines.ts'

/**
 * A link to one app (`q="its name"`) chooses it as the page opens, so that a command is the next key or click. Once
 * only: what is typed later chooses nothing, and of two apps with one name neither is meant for certain.
 */
export function useArrival(
  query: string,
  lines: readonly AppRowLine[],
  choose: (line: AppRowLine) => void,
): void {
  const name = useRef(/^"([^"]+)"\s*$/.exec(query)?.[1] ?? null)
  useEffect(() => {
    if (name.current === null || lines.length === 0) return
    const named = lines.filter((line) => line.kind === 'app' && line.app.name === name.current)
    name.current = null
    if (named.length === 1 && named[0] !== undefined) choose(named[0])
  }, [lines, choose])
}
