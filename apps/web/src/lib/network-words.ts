import { atLeastHint } from './at-least.ts'
import { pairWords } from './common-unit.ts'
import { formatBits } from './format.ts'
import type { NetworkSums } from './network-use.ts'

/** Both directions, and what stays inside this computer: `down 3.1 · up 0.2 Mbit/s`. */
export function networkHint({ network, networkSent, networkInside }: NetworkSums): string | null {
  if (network === null || networkSent === null) return null
  const ways = pairWords(formatBits, ['down', network - networkSent], ['up', networkSent])
  const words = ways.filter((word) => word !== null).join(' · ')
  return networkInside === null || networkInside === 0
    ? words
    : `${words}; between programs of this computer ${formatBits(networkInside)}`
}

/** Why a sum is only a least value; `null`: nothing is missing from it. */
export function networkLeast(sums: NetworkSums, count: number): string | null {
  const { networkDenied: denied, networkApart: apart } = sums
  if (denied > 0 || apart === 0) return atLeastHint(denied, count)
  const have = apart === 1 ? 'has a network of its own' : 'have networks of their own'
  return `At least: ${apart} of ${count} processes ${have}, which is not told here.`
}
