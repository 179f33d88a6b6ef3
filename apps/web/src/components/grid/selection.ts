/** What is chosen by identity, the line the keyboard is on, and where a range began. */
export interface Selection {
  readonly chosen: ReadonlySet<string>
  readonly cursor: string | null
  readonly anchor: string | null
}

export const NO_SELECTION: Selection = { chosen: new Set(), cursor: null, anchor: null }

interface Line {
  readonly key: string
}

/** How lines are chosen. `identityOf`: what a line stands for; `null`: a line that cannot be chosen. */
export function selectionOf<L extends Line>(identityOf: (line: L) => string | null) {
  const identities = (lines: readonly L[]) =>
    new Set(lines.map(identityOf).filter((identity) => identity !== null))
  const choose = (line: L): Selection => ({
    chosen: identities([line]),
    cursor: line.key,
    anchor: line.key,
  })
  return {
    choose,

    toggle(before: Selection, line: L): Selection {
      const chosen = new Set(before.chosen)
      const identity = identityOf(line)
      if (identity !== null && !chosen.delete(identity)) chosen.add(identity)
      return { chosen, cursor: line.key, anchor: line.key }
    },

    /** From the anchor to this line; what was chosen before is let go. */
    extend(before: Selection, line: L, lines: readonly L[]): Selection {
      const from = lines.findIndex((one) => one.key === before.anchor)
      const to = lines.indexOf(line)
      if (from === -1 || to === -1) return choose(line)
      const range = lines.slice(Math.min(from, to), Math.max(from, to) + 1)
      return { chosen: identities(range), cursor: line.key, anchor: before.anchor }
    },

    chooseAll: (before: Selection, lines: readonly L[]): Selection => ({
      ...before,
      chosen: identities(lines),
    }),
  }
}

export type SelectionRules<L extends Line> = ReturnType<typeof selectionOf<L>>
