import type { ProcessRow } from '@taskmanager/contracts'
import { useMemo } from 'react'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import type { FilterContext } from '../../lib/filter-fields.ts'
import { nearestName, parseFilter, portsOf, type Filter } from '../../lib/filter.ts'
import { formatCount } from '../../lib/format.ts'
import { otherTokens, portSentence } from '../../lib/port-sentence.ts'
import { liveProcesses, useProcesses } from '../../stores/live-processes.ts'
import type { LivePorts } from '../../stores/ports.ts'

interface EmptyResultProps {
  readonly query: string
  readonly filter: Filter
  readonly ports: LivePorts
  /** What the list was filtered with. */
  readonly context: Omit<FilterContext, 'nowMs' | 'ports'>
  readonly onChange: (query: string) => void
}

/** Nothing matches: what was meant, which token shuts it out, and the ways back. */
export function EmptyResult({ query, filter, ports, context, onChange }: EmptyResultProps) {
  const words = filter.tokens.filter((token) => !token.isField).map((token) => token.text)
  const fields = filter.tokens.filter((token) => token.isField).map((token) => token.text)
  const word = words.at(-1) ?? null
  const asksPorts = filter.ports.length > 0
  const count = useProcesses((live) => live.rows.size)
  // Looked for once per query: it need not follow every sample.
  const near = useMemo(() => (asksPorts ? null : suggestion(word)), [word, asksPorts])
  const keep = asksPorts ? filter.ports.map((port) => `:${port}`).join(' ') : null
  return (
    <div className="empty">
      <div className="in">
        <span className="tile">
          <Icon name="search" />
        </span>
        <h2>
          {asksPorts
            ? whoHolds(filter, ports, context)
            : `No process matches “${(word ?? query).trim()}”`}
        </h2>
        {near !== null && (
          <p>
            Did you mean{' '}
            <button
              type="button"
              className="link"
              onClick={() => onChange(query.replace(word ?? '', near.text))}
            >
              {near.name}
            </button>
            , {near.count === 1 ? '1 process' : `${formatCount(near.count)} processes`}?
          </p>
        )}
        {near === null && fields.length > 0 && word === null && !asksPorts && (
          <p>
            None of {formatCount(count)} processes has all of <b>{fields.join(' ')}</b>.
          </p>
        )}
        {fields.length > 0 && word !== null && !asksPorts && (
          <p>You also filter for {fields.join(', ')}, which leaves some out.</p>
        )}
        <div className="bs">
          <Button look="line" onClick={() => onChange('')}>
            Clear the filter <kbd>Esc</kbd>
          </Button>
          {keep !== null && otherTokens(filter).length > 0 && (
            <Button look="line" onClick={() => onChange(`${keep} `)}>
              Keep {keep} only
            </Button>
          )}
          {keep === null && fields.length > 0 && words.length > 0 && (
            <Button look="line" onClick={() => onChange(words.join(' '))}>
              Keep the word only
            </Button>
          )}
        </div>
      </div>
    </div>
  )
}

function whoHolds(
  filter: Filter,
  { index, error }: LivePorts,
  beside: EmptyResultProps['context'],
): string {
  const { rows, sampledAtMs } = liveProcesses.get()
  const context = { ...beside, ports: index, nowMs: sampledAtMs ?? Date.now() }
  const listens = (row: ProcessRow) => {
    const own = portsOf(row, index)?.listens
    return filter.ports.some((port) => own?.has(port) === true)
  }
  const parties = [...rows.values()]
    .toSorted((a, b) => Number(listens(b)) - Number(listens(a)))
    .map((row) => ({ name: row.name, meets: (one: Filter) => one.matches(row, context) }))
  return portSentence({ filter, index, error, parties, noun: 'process' })
}

function suggestion(word: string | null): { name: string; text: string; count: number } | null {
  if (word === null) return null
  const rows = [...liveProcesses.get().rows.values()]
  const context = { nowMs: Date.now(), cpuScale: 'machine' } as const
  const alone = parseFilter(word)
  const only = rows.find((row) => alone.matches(row, context))
  const name =
    only === undefined
      ? nearestName(
          word,
          rows.map((row) => row.name),
        )
      : only.name
  if (name === null) return null
  const text = /\s/.test(name) ? `"${name}"` : name
  if (text === word) return null
  return { name, text, count: rows.filter((row) => row.name === name).length }
}
