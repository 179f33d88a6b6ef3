import { useState, type PointerEvent, type ReactNode } from 'react'
import { biggestInMemory, biggestOnCpu, biggestOnDisk } from '../../components/biggest-then.ts'
import { SecondCard } from '../../components/chart-cross.tsx'
import { useStore } from '../../lib/create-store.ts'
import { UNKNOWN } from '../../lib/format.ts'
import { crosshair } from '../../stores/crosshair.ts'
import { liveStats } from '../../stores/live-stats.ts'
import type { Device } from './use-devices.ts'

const SPAN_MS = 60_000
const USERS = { cpu: biggestOnCpu, memory: biggestInMemory, disk: biggestOnDisk } as const

/** The graph of a column: the pointer moves the second that all graphs and the time bar share. */
export function CardGraph({ device, children }: { device: Device; children: ReactNode }) {
  const [isHere, setIsHere] = useState(false)
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const untilMs = liveStats.get()?.sampled_at_ms
    if (untilMs === undefined) return
    crosshair.set(untilMs - SPAN_MS * (1 - (event.clientX - left) / width))
    setIsHere(true)
  }
  return (
    <div
      className="graph"
      onPointerMove={onMove}
      onPointerLeave={() => {
        crosshair.set(null)
        setIsHere(false)
      }}
    >
      {children}
      {isHere && <CardSecond device={device} />}
    </div>
  )
}

function CardSecond({ device }: { device: Device }) {
  const atMs = useStore(crosshair, (at) => at)
  const untilMs = liveStats.get()?.sampled_at_ms ?? null
  if (atMs === null || untilMs === null) return null
  const right = (untilMs - atMs) / SPAN_MS < 0.5
  return (
    <SecondCard
      {...{ atMs, untilMs }}
      series={device.series}
      format={(value) => (value === null ? UNKNOWN : device.formatMaximum(value))}
      who={device.id in USERS ? USERS[device.id as keyof typeof USERS] : undefined}
      style={right ? { left: 6 } : { right: 6 }}
    />
  )
}
