import type { ReactNode } from 'react'

interface TypedNameProps {
  readonly name: string
  readonly typed: string
  readonly onChange: (text: string) => void
  /** What happens, in a sentence. */
  readonly children: ReactNode
}

/** What is critical to the session is named before it is touched. */
export function TypedName({ name, typed, onChange, children }: TypedNameProps) {
  return (
    <label className="confirm">
      {children} Type <b>{name}</b> to go on.
      <input
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}
