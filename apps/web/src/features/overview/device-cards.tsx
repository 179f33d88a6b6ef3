import { useMemo, type CSSProperties } from 'react'
import { useDevices } from './use-devices.ts'
import { DeviceCard } from './device-card.tsx'

/** What above, who below: one column for each device this machine has. */
export function DeviceCards() {
  const devices = useDevices()
  const style = useMemo(() => ({ '--devices': devices.length }) as CSSProperties, [devices.length])
  return (
    <div className="devices" style={style}>
      {devices.map((device) => (
        <DeviceCard key={device.id} device={device} />
      ))}
    </div>
  )
}
