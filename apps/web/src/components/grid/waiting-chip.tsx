interface WaitingChipProps {
  readonly count: number
  /** Lets the order go, so that they are shown. */
  readonly onShow: () => void
}

/** New rows wait below the list until the order is let go. */
export function WaitingChip({ count, onShow }: WaitingChipProps) {
  if (count === 0) return null
  return (
    <button type="button" className="chip note new waiting" onClick={onShow}>
      {count} new
    </button>
  )
}
