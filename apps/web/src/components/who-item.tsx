import type { CSSProperties } from 'react'
import { Link } from 'wouter'
import { appHref } from '../lib/app-links.ts'
import type { WhoRow } from '../lib/biggest.ts'
import { Icon } from './icon.tsx'
import { kindIcon } from './kind-icon.ts'
import { Value } from './value.tsx'

interface WhoItemProps {
  readonly row: WhoRow
  readonly share: number
  readonly text: string
}

/** One program of a "who" list: its bar is its share of the first row; a click opens it in Apps. */
export function WhoItem({ row, share, text }: WhoItemProps) {
  const rest = row.kind === 'not_permitted' || row.kind === 'unattributed'
  return (
    <li
      data-who={row.id}
      className={rest ? 'rest' : row.isEnded === true ? 'ended' : undefined}
      style={{ '--w': share.toFixed(4) } as CSSProperties}
      title={rest ? (row.hint ?? REST[row.kind]) : undefined}
    >
      <Icon name={kindIcon(row.kind)} />
      <span className="n">
        {row.name}
        {row.count > 1 && <span className="vh">, {row.count} processes</span>}
      </span>
      {row.count > 1 && (
        <span className="k" aria-hidden="true">
          {row.count}
        </span>
      )}
      <span className="v">{row.isEnded === true ? 'ended' : <Value>{text}</Value>}</span>
      {!rest && row.isEnded !== true && (
        <Link className="open" href={appHref(row.name)} aria-label={`${row.name} in Apps`} />
      )}
    </li>
  )
}

const REST = {
  not_permitted:
    'Programs of other users; this service may not read what they use. An elevated start shows them.',
  unattributed: 'Caused by the kernel, its caches, or programs that have already ended.',
} as const
