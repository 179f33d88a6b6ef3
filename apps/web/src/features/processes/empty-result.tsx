import { useMemo } from 'react'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { nearestName, parseFilter, type Filter } from '../../lib/filter.ts'
import { formatCount } from '../../lib/format.ts'
import { liveProcesses, useProcesses } from '../../stores/live-processes.ts'
import type { LivePorts } from '../../stores/ports.ts'

interface EmptyResultProps {
  readonly query: string
  readonly filter: Filter
  readonly ports: LivePorts
  readonly onChange: (query: string) => void
}

/** Nothing matches: what was meant, which token shuts it out, and the ways back. */
export function EmptyResult({ query, filter, ports, onChange }: EmptyResultProps) {
  const words = filter.tokens.filter((token) => !token.isField).map((token) => token.text)
  const fields = filter.tokens.filter((token) => token.isField).map((token) => token.text)
  const word = words.at(-1) ?? null
  const count = useProcesses((live) => live.rows.size)
  // Looked for once per query: it need not follow every sample.
  const near = useMemo(() => suggestion(word), [word])
  return (
    <div className="empty">
      <div className="in">
        <span className="tile">
          <Icon name="search" />
        </span>
        <h2>
          {filter.ports.length > 0
            ? portText(filter.ports, ports)
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
        {near === null && fields.length > 0 && word === null && filter.ports.length === 0 && (
          <p>
            None of {formatCount(count)} processes has all of <b>{fields.join(' ')}</b>.
          </p>
        )}
        {fields.length > 0 && word !== null && (
          <p>You also filter for {fields.join(', ')}, which leaves some out.</p>
        )}
        <div className="bs">
          <Button look="line" onClick={() => onChange('')}>
            Clear the filter <kbd>Esc</kbd>
          </Button>
          {fields.length > 0 && words.length > 0 && (
            <Button look="line" onClick={() => onChange(words.join(' '))}>
              Keep the word only
            </Button>
          )}
        </div>
      </div>
    </div>
  )
}

/** Nobody, somebody we may not see, or not known. */
function portText(asked: readonly number[], { index, error }: LivePorts): string {
  const names = asked.map((port) => `:${port}`).join(' and ')
  if (index === null) {
    return error === null
      ? `Looking who uses ${names}…`
      : `It is not known who uses ${names}. ${error}`
  }
  const hidden = asked.find((port) => index.hidden.has(port))
  if (hidden === undefined) return `Nothing uses ${names}.`
  const user = index.hidden.get(hidden) ?? null
  return `:${hidden} is held by a process${user === null ? '' : ` of ${user}`} that this service may not look into.`
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
