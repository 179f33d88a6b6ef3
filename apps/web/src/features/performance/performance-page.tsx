import { useEffect, useEffectEvent } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { ErrorBoundary } from '../../components/error-boundary.tsx'
import { Icon } from '../../components/icon.tsx'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import { getPreferences } from '../../stores/preferences.ts'
import { useStats } from '../../stores/live-stats.ts'
import { CpuPanel } from './cpu-panel.tsx'
import { deviceList } from './device-list.ts'
import { DeviceRail } from './device-rail.tsx'
import { DiskPanel } from './disk-panel.tsx'
import { GpuPanel } from './gpu-panel.tsx'
import { MemoryPanel } from './memory-panel.tsx'
import { NetworkPanel } from './network-panel.tsx'
import { PowerPanel } from './power-panel.tsx'

interface PerformancePageProps {
  readonly device: string
}

/** `/performance/:device`. An unknown device shows the CPU and says so. */
export function PerformancePage({ device }: PerformancePageProps) {
  const stats = useStats((frame) => frame)
  const state = useConnectionState('stats')
  const entries = deviceList(stats)
  const known = entries.some((entry) => entry.id === device)
  const shown = known ? device : 'cpu'
  useDeviceKeys(entries.map((entry) => entry.id))
  return (
    <div className="perf">
      <DeviceRail entries={entries} current={shown} />
      <div className="perfpane">
        <div className="perfbanner">
          <Banners />
        </div>
        {!known && stats !== null && (
          <p className="note-box">
            <Icon name="info" />
            There is no device “{device}” on this machine. This is the CPU.
          </p>
        )}
        <div className={isOld(state) ? 'perfmain stale-facts' : 'perfmain'}>
          <ErrorBoundary key={shown} what="This device">
            <Panel device={shown} />
          </ErrorBoundary>
        </div>
      </div>
    </div>
  )
}

function Panel({ device }: { device: string }) {
  if (device === 'memory') return <MemoryPanel />
  if (device.startsWith('disk-')) return <DiskPanel key={device} id={device.slice(5)} />
  if (device.startsWith('net-')) return <NetworkPanel key={device} id={device.slice(4)} />
  if (/^[gn]pu-/.test(device)) return <GpuPanel key={device} id={device} />
  if (device === 'power') return <PowerPanel />
  return <CpuPanel />
}

/** `1`–`9` choose a device. */
function useDeviceKeys(ids: readonly string[]): void {
  const [, navigate] = useLocation()
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (!getPreferences().letterShortcuts) return
    if (document.querySelector('dialog[open]') !== null) return
    if (target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return
    const id = /^[1-9]$/.test(event.key) ? ids[Number(event.key) - 1] : undefined
    if (id === undefined) return
    event.preventDefault()
    navigate(`/performance/${id}`)
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
}
