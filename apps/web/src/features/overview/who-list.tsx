import { WhoItem } from '../../components/who-item.tsx'
import { likeGreatest } from '../../lib/common-unit.ts'
import { isSilent, useConnectionState } from '../../stores/connection.ts'
import type { DeviceId } from './use-devices.ts'
import { useWho } from './use-who.ts'

/** Who uses a device: five rows, each with a bar relative to the first. A click opens the app. */
export function WhoList({ device }: { device: DeviceId }) {
  const who = useWho(device)
  const silent = isSilent(useConnectionState('accuracy'))
  const format = likeGreatest(who.format, who.rows[0]?.value ?? 0)
  return (
    <ul className={silent ? 'who stale' : 'who'} aria-label={who.label}>
      {who.rows.map((row) => (
        <WhoItem
          key={row.id}
          row={row}
          share={row.value / (who.rows[0]?.value ?? 1)}
          text={format(row.value)}
        />
      ))}
      {who.rows.length === 0 && who.note === null && (
        <li className={who.empty === '…' ? 'none' : 'none say'}>{who.empty}</li>
      )}
      {who.note !== null && <li className="none say">{who.note}</li>}
    </ul>
  )
}
