import type { GpuStats } from '@taskmanager/contracts'
import { formatCelsius, formatPercent } from '../../lib/format.ts'
import { slowedByWords } from '../../lib/gpu-card.ts'
import { useProcesses } from '../../stores/live-processes.ts'

/** Nearer to where it slows itself than this, a card is hot. */
const HOT_MARGIN_CELSIUS = 10
/** Below this share of where it slows itself it is cool. */
const COOL_SHARE = 0.7

/** How busy, with what and for whom; how hot; what slows it. */
export function GpuSentence({ gpu }: { gpu: GpuStats }) {
  const busiest = busiestUser(gpu)
  const name = useProcesses((live) => {
    const row = busiest === null ? undefined : live.rows.get(busiest.pid)
    return row === undefined ? null : (live.apps.get(row.app_id)?.name ?? row.name)
  })
  if (gpu.problem !== null) return <b>{gpu.problem}</b>
  const work = busiest === null || name === null ? null : workFor(busiest, name)
  return (
    <>
      <b>{busy(gpu)}</b>
      {work === null ? '' : `, ${work}`}
      {busy(gpu).endsWith('…') ? ' ' : '. '}
      {sentenceOf([heat(gpu), slowing(gpu)])}
    </>
  )
}

type User = GpuStats['processes'][number]

function busiestUser({ processes }: GpuStats): User | null {
  const [first] = processes.toSorted((a, b) => (b.usage_percent ?? 0) - (a.usage_percent ?? 0))
  return first !== undefined && (first.usage_percent ?? 0) >= 0.5 ? first : null
}

function busy({ usage_percent: usage, usage_is_at_least: atLeast, unknown }: GpuStats): string {
  if (usage !== null) return `${atLeast ? 'At least ' : ''}${formatPercent(usage)} busy`
  const reason = unknown['usage_percent']
  if (reason === 'first_sample') return 'Measuring, one second…'
  return reason === 'not_permitted' ? 'Its use needs permission' : 'Its use is not reported'
}

const VERBS: Readonly<Record<string, string>> = {
  '3D': 'drawing',
  compute: 'computing',
  copy: 'copying',
  decode: 'decoding video',
  encode: 'encoding video',
  video: 'video',
  'video enhance': 'video',
}

function workFor(user: User, name: string): string {
  const engine = user.engine ?? coderOf(user)
  const verb = engine === null ? null : VERBS[engine]
  return verb === undefined || verb === null ? `mostly by ${name}` : `mostly ${verb} for ${name}`
}

/** Where engines are not told apart, its coders are: one that does more than the rest is what it is here for. */
function coderOf({ usage_percent: usage, encoder_percent: encode, decoder_percent: decode }: User) {
  const most = Math.max(encode ?? 0, decode ?? 0)
  if (most === 0 || most < (usage ?? 0)) return null
  return most === decode ? 'decode' : 'encode'
}

function heat({ temperature_celsius: now, slowdown_celsius: limit }: GpuStats): string | null {
  if (now === null || limit === null || limit <= 0) return null
  if (now >= limit - HOT_MARGIN_CELSIUS) return `Hot: it slows itself at ${formatCelsius(limit)}`
  return now < limit * COOL_SHARE ? 'Cool' : 'Warm'
}

function slowing(gpu: GpuStats): string | null {
  const words = slowedByWords(gpu)
  return words === 'nothing' ? 'not slowed by anything' : words && `slowed by ${words}`
}

function sentenceOf(parts: readonly (string | null)[]): string {
  const text = parts.filter((part) => part !== null).join(', and ')
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
