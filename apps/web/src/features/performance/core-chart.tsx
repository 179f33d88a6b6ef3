import { memo, useMemo } from 'react'
import { Plot, type PlotSeries } from '../../components/plot.tsx'
import { formatPercent } from '../../lib/format.ts'
import { usePreference } from '../../stores/preferences.ts'

/** Above this a core is named and its number is bold. */
export const HOT_PERCENT = 60

interface CoreChartProps {
  readonly index: number
  readonly usage: number | null
}

/** One core over time, the kernel's share darker. */
export const CoreChart = memo(function CoreChart({ index, usage }: CoreChartProps) {
  const seconds = usePreference('chartSeconds')
  const series = useMemo(
    (): PlotSeries[] => [
      { key: `core.${index}`, hue: '--cpu', style: 'line' },
      { key: `core.${index}.kernel`, hue: '--cpu', style: 'area' },
    ],
    [index],
  )
  return (
    <div className={(usage ?? 0) > HOT_PERCENT ? 'core hot' : 'core'}>
      <div className="l">
        <span>
          <span className="vh">Core </span>
          {index}
        </span>
        <b>{usage === null ? '…' : formatPercent(usage)}</b>
      </div>
      <div className="frame">
        <Plot series={series} seconds={seconds} maximum={100} grid={false} />
      </div>
    </div>
  )
})
