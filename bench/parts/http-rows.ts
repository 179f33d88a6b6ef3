import { median, percentile, sum } from '../measure.ts'
import { bytes, digits, ms, times } from '../report/figures.ts'
import { budget, type Budget } from '../report/part-result.ts'
import type { LoadAnswer } from './load-order.ts'

export const ADDRESSES = ['/api/stats', '/api/processes', '/api/apps'] as const
export type Address = (typeof ADDRESSES)[number]

/** What one server did for one address, round by round; ours is the first, the bare one the second. */
export interface Served {
  name: string
  paced: LoadAnswer[]
  flat: LoadAnswer[]
  /** CPU time of the server under `flat`. */
  cpuMs: number[]
}

const MOST_P50_MS = 1
const MOST_P99_MS = 5
const LEAST_THROUGHPUT = 0.8

const perSecond = ({ latenciesMs, tookMs }: LoadAnswer): number =>
  (latenciesMs.length / tookMs) * 1000
const throughput = (served: Served): number => median(served.flat.map(perSecond))
const latency = (served: Served, rank: number): number =>
  percentile(
    served.paced.flatMap((answer) => answer.latenciesMs),
    rank,
  )

/** Throughput in parts of the bare server's, by rounds. */
function againstBare(served: Served, bare: Served | undefined): number {
  const quotients = served.flat.map((answer, round) => {
    const other = bare?.flat[round]
    return other === undefined ? Number.NaN : perSecond(answer) / perSecond(other)
  })
  return median(quotients)
}

export function httpRows(served: readonly Served[], missing: string | null): string[][] {
  const rows = served.map((each) => {
    const flatAnswers = sum(each.flat.map((answer) => answer.latenciesMs.length))
    const failures = sum([...each.paced, ...each.flat].map((answer) => answer.failures))
    return [
      each.name,
      ms(latency(each, 50)),
      ms(latency(each, 99)),
      `${digits(throughput(each))}/s`,
      each === served[1] ? '1' : times(againstBare(each, served[1])),
      ms(sum(each.cpuMs) / flatAnswers),
      bytes(each.flat.at(-1)?.bytes ?? Number.NaN),
      String(failures),
    ]
  })
  if (missing === null) return rows
  return [...rows, ['FastAPI and psutil', `missing: ${missing}`, '–', '–', '–', '–', '–', '–']]
}

/** The design promises latencies for the two addresses that a page polls, and throughput for all. */
export function httpBudgets(address: Address, served: readonly Served[]): Budget[] {
  const [ours, bare] = served
  if (ours === undefined) return []
  const ratio = againstBare(ours, bare)
  const lines = [
    budget(`${address} flat out, against a bare Fastify`, `>= ${digits(LEAST_THROUGHPUT)} ×`, {
      text: times(ratio),
      value: ratio,
      keeps: (value) => value >= LEAST_THROUGHPUT,
    }),
  ]
  if (address === '/api/apps') return lines
  return [
    ...[
      { rank: 50, most: MOST_P50_MS },
      { rank: 99, most: MOST_P99_MS },
    ].map(({ rank, most }) => {
      const value = latency(ours, rank)
      return budget(`${address} under 50 requests/s: p${rank}`, `<= ${most} ms`, {
        text: ms(value),
        value,
        keeps: (time) => time <= most,
      })
    }),
    ...lines,
  ]
}
