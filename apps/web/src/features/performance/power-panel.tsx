import type { Power } from '@taskmanager/contracts'
import { Chart } from '../../components/chart.tsx'
import type { ChartSeries } from '../../components/chart-series.ts'
import { useSoftMaximum } from '../../components/use-soft-maximum.ts'
import { formatCount, formatDuration, formatPercent, formatWatts } from '../../lib/format.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { BigFacts, FactList, PanelFrame } from './panel-frame.tsx'

const PACKAGE: readonly ChartSeries[] = [
  { key: 'power.package', name: 'CPU package', hue: 'power', style: 'line' },
]
const BATTERY: readonly ChartSeries[] = [
  { key: 'power.battery', name: 'into or out of the battery', hue: 'power', style: 'line' },
]
const CHARGE: readonly ChartSeries[] = [
  { key: 'power.charge', name: 'charge', hue: 'power', style: 'line' },
]
const LEAST_WATTS = 10
const percent = (value: number | null): string => formatPercent(value)

/** What is drawn, and what is left; only what this machine measures. */
export function PowerPanel() {
  const seconds = usePreference('chartSeconds')
  const power = useStats((frame) => frame?.power ?? null)
  const cpu = useSoftMaximum(['power.package'], seconds, LEAST_WATTS)
  const battery = useSoftMaximum(['power.battery'], seconds, LEAST_WATTS)
  if (power === null) return null
  const watts = { seconds, format: formatWatts, short: true }
  return (
    <PanelFrame
      title="Power"
      model={power.battery_percent === null ? null : 'battery'}
      sentence={<PowerSentence power={power} />}
      facts={<PowerFacts power={power} />}
    >
      {power.package_watts !== null && (
        <Chart
          title="CPU package"
          series={PACKAGE}
          maximum={cpu.maximum}
          changed={cpu.bold}
          {...watts}
        />
      )}
      {power.battery_watts !== null && (
        <Chart
          title="Battery"
          series={BATTERY}
          maximum={battery.maximum}
          changed={battery.bold}
          {...watts}
        />
      )}
      {power.battery_percent !== null && (
        <Chart
          title="Charge"
          series={CHARGE}
          seconds={seconds}
          maximum={100}
          format={percent}
          short
        />
      )}
    </PanelFrame>
  )
}

function PowerSentence({ power }: { power: Power }) {
  const { on_ac: mains, battery_percent: charge, battery_seconds_left: left } = power
  const source = mains === null ? 'The source is not reported' : mains ? 'On mains' : 'On battery'
  return (
    <>
      <b>{source}</b>
      {charge !== null && `, ${formatPercent(charge)} charged`}
      {left !== null && `, ${formatDuration(left)} until ${mains === true ? 'full' : 'empty'}`}.
    </>
  )
}

function PowerFacts({ power }: { power: Power }) {
  const { package_watts: cpu, battery_percent: charge, battery_watts: battery } = power
  const tie = { hue: 'power', look: '' } as const
  return (
    <>
      <BigFacts
        facts={[
          ...(cpu === null ? [] : [{ name: 'CPU package', value: formatWatts(cpu), tie }]),
          ...(battery === null ? [] : [{ name: 'Battery', value: formatWatts(battery), tie }]),
          ...(charge === null ? [] : [{ name: 'Charge', value: formatPercent(charge), tie }]),
        ]}
      />
      <FactList
        facts={[
          ['Mains', power.on_ac === null ? null : power.on_ac ? 'connected' : 'not connected'],
          ['Battery', power.battery_status],
          [
            'Health',
            power.battery_health_percent === null
              ? null
              : `${formatPercent(power.battery_health_percent)} of its design`,
          ],
          ['Cycles', power.battery_cycles == null ? null : formatCount(power.battery_cycles)],
        ]}
      />
    </>
  )
}
