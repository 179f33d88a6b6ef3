import type { LiveService } from '@taskmanager/client'

/** `"8000,8001"` of the page server: ports of the stats and the accuracy service. `null` when it is not that. */
export function parsePorts(text: string | undefined): Record<LiveService, number> | null {
  const match = /^(\d{1,5}),(\d{1,5})$/.exec(text ?? '')
  if (match === null) return null
  const [stats, accuracy] = [Number(match[1]), Number(match[2])]
  return stats < 1 || stats > 65_535 || accuracy < 1 || accuracy > 65_535
    ? null
    : { stats, accuracy }
}
