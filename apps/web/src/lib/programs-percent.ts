import type { Accounting } from '@taskmanager/contracts'

/** CPU of the listed rows that are no kernel threads, share of the whole machine; null: not known yet. */
export function programsPercent({ listed_percent, kernel_percent }: Accounting): number | null {
  return listed_percent === null ? null : Math.max(0, listed_percent - (kernel_percent ?? 0))
}
