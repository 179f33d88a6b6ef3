import { useMemo, type CSSProperties } from 'react'
import { ErrorBoundary } from '../../components/error-boundary.tsx'
import { useDevices } from './use-devices.ts'
import { DeviceCard } from './device-card.tsx'

/** What above, who below: one column for each device this machine has. */
export function DeviceCards() {
  const devices = useDevices()
  const style = useMemo(() => ({ '--devices': devices.length }) as CSSProperties, [devices.length])
  return (
    <div className="devices" style={style}>
      {devices.map((device) => (
        <ErrorBoundary key={device.id} what={`The card “${device.name}”`}>
          <DeviceCard device={device} />
        </ErrorBoundary>
      ))}
    </div>
  )
}
