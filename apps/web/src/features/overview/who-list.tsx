import { WhoItem } from '../../components/who-item.tsx'
import { WhoRows } from '../../components/who-rows.tsx'
import { greatestOf, type WhoRow } from '../../lib/biggest.ts'
import { likeGreatest } from '../../lib/common-unit.ts'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import type { DeviceId } from './use-devices.ts'
import { useWho, type Who } from './use-who.ts'

const MOST = 5

/** Who uses a device: five rows, each with a bar relative to the first. A click opens the app. */
export function WhoList({ device }: { device: DeviceId }) {
  const who = useWho(device)
  return (
    // Another device is another list: what was held of the one before means nothing in it.
    <WhoRows key={device} rows={who.rows} most={MOST} format={who.format}>
      {(shown) => <List who={who} rows={shown} />}
    </WhoRows>
  )
}

function List({ who, rows }: { readonly who: Who; readonly rows: readonly WhoRow[] }) {
  const isStale = isOld(useConnectionState('accuracy'))
  const greatest = greatestOf(rows)
  const format = likeGreatest(who.format, greatest)
  return (
    <ul className={isStale ? 'who stale' : 'who'} aria-label={who.label}>
      {rows.map((row) => (
        <WhoItem key={row.id} row={row} share={row.value / greatest} text={format(row.value)} />
      ))}
      {rows.length === 0 && (
        <li className={who.empty === '…' ? 'none' : 'none say'}>{who.empty}</li>
      )}
    </ul>
  )
}
