import type { ReactNode } from 'react'
import { Value } from '../../components/value.tsx'
import { LinePlot } from './line-plot.tsx'

interface DrawerChartProps {
  readonly name: string
  /** Newest value, where it does not stand beside the chart. */
  readonly value?: string
  readonly note: string
  /** What the drawing says, in words. */
  readonly label: string
  readonly hue: string
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  readonly maximum: number
  /** The maximum with its unit. */
  readonly top: string
  /** Labels below, from the oldest to `now`. */
  readonly below: readonly string[]
  /** In place of the drawing: why there is none. */
  readonly missing?: string | null
}

/** A chart of the drawer: name, line, scale and time. */
export function DrawerChart(props: DrawerChartProps): ReactNode {
  const { name, value, note, label, hue, times, values, maximum, top, below, missing } = props
  return (
    <figure className="dr-chart">
      <figcaption>
        <span>
          {name}
          {value !== undefined && (
            <b>
              {' '}
              <Value>{value}</Value>
            </b>
          )}
        </span>
        <span className="dim">{note}</span>
      </figcaption>
      {missing == null ? (
        <>
          <span className="y" aria-hidden="true">
            <span>{top}</span>
            <span>0</span>
          </span>
          <LinePlot label={label} times={times} values={values} maximum={maximum} hue={hue} />
          <span className="x" aria-hidden="true">
            {below.map((text) => (
              <span key={text}>{text}</span>
            ))}
          </span>
        </>
      ) : (
        <p className="dr-note">{missing}</p>
      )}
    </figure>
  )
}
