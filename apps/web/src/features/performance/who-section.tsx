import { Link } from 'wouter'
import { WhoItem } from '../../components/who-item.tsx'
import { WhoRows } from '../../components/who-rows.tsx'
import { greatestOf, type WhoRow } from '../../lib/biggest.ts'
import { likeGreatest } from '../../lib/common-unit.ts'

interface WhoSectionProps {
  readonly title: string
  readonly says: string
  readonly hue: string
  readonly rows: readonly WhoRow[]
  readonly format: (value: number) => string
  /** Said when nobody uses the device. */
  readonly empty: string
  /** The whole list, sorted by the same figure. */
  readonly all: { readonly text: string; readonly href: string }
}

export const MOST_USERS = 6

/** Who below: the programs that use a device, biggest first, in two columns. */
export function WhoSection({ title, says, hue, rows, format, empty, all }: WhoSectionProps) {
  return (
    <section aria-label={title}>
      <div className="subhead">
        <h2>{title}</h2>
        <span>{says}</span>
        <span className="r">
          <Link href={all.href}>{all.text}</Link>
        </span>
      </div>
      <div className={`two-lists steady hue-${hue}`}>
        {rows.length === 0 && <p className="dim">{empty}</p>}
        <WhoRows rows={rows} most={MOST_USERS} format={format}>
          {(shown) => <Halves rows={shown} format={format} />}
        </WhoRows>
      </div>
    </section>
  )
}

const HALF = MOST_USERS / 2

function Halves({ rows, format }: Pick<WhoSectionProps, 'rows' | 'format'>) {
  const greatest = greatestOf(rows)
  const text = likeGreatest(format, greatest)
  const halves = [rows.slice(0, HALF), rows.slice(HALF)].filter((list) => list.length > 0)
  return halves.map((list, index) => (
    <ul key={index === 0 ? 'first' : 'second'} className="who">
      {list.map((row) => (
        <WhoItem key={row.id} row={row} share={row.value / greatest} text={text(row.value)} />
      ))}
    </ul>
  ))
}
