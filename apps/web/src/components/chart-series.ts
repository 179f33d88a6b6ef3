/** A line of a big chart. */
export interface ChartSeries {
  readonly key: string
  /** Word of the legend and the tooltip. */
  readonly name: string
  /** Class suffix of the colour: cpu, mem, disk, net, gpu, power. */
  readonly hue: string
  readonly style: 'line' | 'dash' | 'area'
}
