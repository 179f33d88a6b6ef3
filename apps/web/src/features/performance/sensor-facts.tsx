import type { Sensor } from '@taskmanager/contracts'
import { formatCelsius, formatCount, formatWatts } from '../../lib/format.ts'
import { useStats } from '../../stores/live-stats.ts'

const NONE: readonly Sensor[] = []

/** What the chips of this machine report: temperatures, fans, power, voltages. Absent where none of them says anything. */
export function SensorFacts() {
  const sensors = useStats((frame) => frame?.sensors ?? NONE)
  const known = sensors.filter(({ value }) => value !== null)
  if (known.length === 0) return null
  return (
    <section className="sensors" aria-label="Sensors">
      <dl className="list">
        {known.map((sensor) => (
          <SensorFact key={sensor.id} sensor={sensor} />
        ))}
      </dl>
    </section>
  )
}

function SensorFact({ sensor }: { sensor: Sensor }) {
  const { chip, label, id, kind, value, high } = sensor
  const limit = high === null ? '' : `, warns from ${FORMATS[kind](high)}`
  return (
    <>
      <dt>{label ?? id}</dt>
      <dd title={`${chip}${limit}`}>{FORMATS[kind](value)}</dd>
    </>
  )
}

const FORMATS: Record<Sensor['kind'], (value: number | null) => string> = {
  temperature: formatCelsius,
  fan: (value) => `${formatCount(value)}\u202frpm`,
  power: formatWatts,
  voltage: (value) => (value === null ? '—' : `${value.toFixed(2)}\u202fV`),
}
