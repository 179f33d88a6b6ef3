import { useCallback, useMemo, useState } from 'react'
import { getPreferences, setPreference, usePreference } from '../../stores/preferences.ts'
import type { ViewRow } from './process-view.ts'

const MOST_REMEMBERED = 500

/** Open branches, remembered by name; folds and what was closed under a filter hold only while the page is open. */
export function useBranches(isFiltering: boolean) {
  const remembered = usePreference('openBranches')
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const open = useMemo(
    () => new Set([...remembered, ...[...closed].map((name) => `-${name}`)]),
    [remembered, closed],
  )
  const [wasFiltering, setWasFiltering] = useState(isFiltering)
  if (wasFiltering !== isFiltering) {
    setWasFiltering(isFiltering)
    setClosed(new Set())
  }

  const set = useCallback(
    (names: readonly string[], isOpen: boolean) => {
      if (isFiltering) {
        setClosed((before) => {
          const next = new Set(before)
          for (const name of names)
            if (isOpen) next.delete(name)
            else next.add(name)
          return next
        })
        return
      }
      const others = getPreferences().openBranches.filter((name) => !names.includes(name))
      setPreference(
        'openBranches',
        (isOpen ? [...others, ...new Set(names)] : others).slice(-MOST_REMEMBERED),
      )
    },
    [isFiltering],
  )
  const toggle = useCallback(
    (line: ViewRow) => {
      if (line.kind === 'fold') {
        setUnfolded((before) => new Set([...before, line.key.replace(/:more$/, '')]))
      } else if (line.isParent) {
        set([line.row.name], !line.isOpen)
      }
    },
    [set],
  )
  return { open, unfolded, set, toggle }
}
