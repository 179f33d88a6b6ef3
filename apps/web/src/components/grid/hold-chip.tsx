import { Icon } from '../icon.tsx'
import type { OrderHold } from '../use-order-hold.ts'

/** Says that the order is held, and lets it go where Space holds it. */
export function HoldChip({ hold }: { readonly hold: OrderHold }) {
  if (hold.chip === null) return null
  return (
    <span className="chip note">
      <Icon name="pause" size="s" />
      {hold.chip}
      {hold.isBySpace && (
        <button type="button" aria-label="Let the order go" onClick={hold.toggle}>
          <Icon name="close" size="s" />
        </button>
      )}
    </span>
  )
}
