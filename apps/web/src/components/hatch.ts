import { describeGap, type Gap } from '../lib/gaps.ts'
import { token } from './token-colours.ts'

interface HatchArea {
  readonly top: number
  readonly height: number
  /** Pixels of the canvas in one pixel of the page. */
  readonly scale: number
  readonly x: (atMs: number) => number
  readonly left: number
  readonly right: number
}

const STRIPE = 6
/** Words need room on both sides; where there is none the hatching alone says it. */
const ROOM = 12

/** Hatches what is not known, and says why where there is room: a gap is a gap, not a line across it. */
export function hatch(
  context: CanvasRenderingContext2D,
  gaps: readonly Gap[],
  area: HatchArea,
): void {
  const { top, height, scale } = area
  for (const gap of gaps) {
    const left = Math.max(area.left, area.x(gap.fromMs))
    const right = Math.min(area.right, area.x(gap.untilMs))
    if (right - left < 1) continue
    context.save()
    context.beginPath()
    context.rect(left, top, right - left, height)
    context.clip()
    context.fillStyle = token('--line-1')
    context.fillRect(left, top, right - left, height)
    context.strokeStyle = token('--line-2')
    context.lineWidth = scale
    context.beginPath()
    for (let at = left - height; at < right; at += STRIPE * scale) {
      context.moveTo(at, top + height)
      context.lineTo(at + height, top)
    }
    context.stroke()
    say(context, describeGap(gap), { left, right, top, height, scale })
    context.restore()
  }
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly height: number
  readonly scale: number
}

function say(context: CanvasRenderingContext2D, text: string, box: Box): void {
  const { left, right, top, height, scale } = box
  context.font = `${12 * scale}px ${token('--font')}`
  const width = context.measureText(text).width + ROOM * scale
  if (width > right - left || height < 30 * scale) return
  const [x, y] = [(left + right) / 2, top + height / 2]
  context.fillStyle = token('--surface-1')
  context.fillRect(x - width / 2, y - 10 * scale, width, 20 * scale)
  context.fillStyle = token('--text-3')
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(text, x, y)
}
