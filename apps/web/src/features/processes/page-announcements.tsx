import { useEffect, useState } from 'react'
import type { ViewRow } from './process-view.ts'

/** How many the filter leaves, read out once the typing has rested. */
export function FilterCount({ isFiltered, count }: { isFiltered: boolean; count: number }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (!isFiltered) return
    const timer = setTimeout(
      () => setSaid(`${count} ${count === 1 ? 'process' : 'processes'}`),
      600,
    )
    return () => clearTimeout(timer)
  }, [isFiltered, count])
  return (
    <p className="vh" role="status">
      {isFiltered && said}
    </p>
  )
}

/** The row the keyboard is on ended: say so. */
export function CursorEnded(props: { lines: readonly ViewRow[]; cursor: string | null }) {
  const { lines, cursor } = props
  const line = cursor === null ? undefined : lines.find(({ key }) => key === cursor)
  return (
    <p className="vh" role="status">
      {line?.isEnded === true && `${line.row.name} ended`}
    </p>
  )
}
