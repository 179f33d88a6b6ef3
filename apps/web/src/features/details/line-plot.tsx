import { useEffect, useEffectEvent, useRef } from 'react'
import { paint } from '../../components/painter.ts'
import { onThemeChange } from '../../components/token-colours.ts'

interface LinePlotProps {
  readonly label: string
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  readonly maximum: number
  readonly hue: string
}

/** One line on a canvas, drawn anew with each sample. */
export function LinePlot(props: LinePlotProps) {
  const { label } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const draw = useEffectEvent(() => {
    if (canvas.current === null) return
    const { times, values, maximum, hue } = props
    paint(canvas.current, {
      times,
      series: [{ values, hue, style: 'line' }],
      fromMs: times[0] ?? 0,
      untilMs: Math.max(times.at(-1) ?? 1, (times[0] ?? 0) + 1),
      maximum,
      grid: true,
    })
  })
  useEffect(() => draw())
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const observer = new ResizeObserver(() => requestAnimationFrame(() => draw()))
    observer.observe(element)
    const stop = onThemeChange(() => draw())
    return () => {
      observer.disconnect()
      stop()
    }
  }, [])
  return <canvas ref={canvas} role="img" aria-label={label} />
}
