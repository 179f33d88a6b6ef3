import { memo, useState, type CSSProperties } from 'react'
import { heatBar, nextHeatStep } from '../lib/heat.ts'
import { AtLeast } from './at-least.tsx'
import { Icon } from './icon.tsx'

interface HeatCellProps {
  /** Stands with text, not with figures. */
  readonly isText?: boolean
  readonly hue: 'cpu' | 'mem' | 'disk' | 'net' | 'gpu' | null
  readonly text: string
  /** Value ÷ scale, rounded by the caller to what can be seen; `null`: no tint. */
  readonly share: number | null
  /** Why there is no value. */
  readonly reason: string | null
  /** Why the value is only a least one; `null`: it is whole. */
  readonly least?: string | null
  /** Said on hover, and to people who do not see the tint. */
  readonly title: string | undefined
  readonly column: number
}

/** A number with its tint and bar. Nothing here touches the page unless its own text or step changed. */
export const HeatCell = memo(function HeatCell(props: HeatCellProps) {
  const { hue, text, share, reason, least = null, title, column, isText = false } = props
  const [stepBefore, setStep] = useState(0)
  const step = nextHeatStep(share, stepBefore)
  if (step !== stepBefore) setStep(step)
  const bar = step === 0 ? 0 : heatBar(share)
  const names = [
    isText ? 'cell txt' : 'cell num',
    hue === null ? 'mid' : `heat hue-${hue} h${step}`,
  ]
  return (
    <div
      role="gridcell"
      aria-colindex={column}
      className={names.join(' ')}
      style={hue === null ? undefined : ({ '--w': bar.toFixed(2) } as CSSProperties)}
      title={reason ?? least ?? title}
    >
      {reason === null ? (
        <span className={/^0(?:\.0)?$/.test(text) ? 'zero' : undefined}>
          {least !== null && <AtLeast />}
          {text}
        </span>
      ) : (
        <Reason reason={reason} />
      )}
    </div>
  )
})

/** Three ways not to know, each with its glyph and its words. */
function Reason({ reason }: { readonly reason: string }) {
  if (reason.startsWith('needs permission')) return <Icon name="lock" size="s" label={reason} />
  return (
    <span className="measuring">
      <span aria-hidden="true">{reason.startsWith('measuring') ? '…' : '—'}</span>
      <span className="vh">{reason}</span>
    </span>
  )
}
