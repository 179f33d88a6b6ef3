/** A table of the report; cells are text, spelled by the part that measured them. */
export interface Table {
  caption: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
  /** What a reader must know beside the table. */
  notes?: readonly string[]
}

/** One line of the budgets of the design, and what this run says to it. */
export interface Budget {
  what: string
  required: string
  measured: string
  /** null: not measured, with the reason in `measured`. */
  kept: boolean | null
}

export interface PartResult {
  title: string
  /** How it was measured, in a few sentences. */
  about: string
  tables: readonly Table[]
  budgets: readonly Budget[]
  /** True: it could not be measured, and `about` says why. */
  failed?: boolean
}

/** A budget that a figure keeps or does not; NaN is not measured. */
export function budget(
  what: string,
  required: string,
  measured: { text: string; value: number; keeps: (value: number) => boolean },
): Budget {
  const kept = Number.isFinite(measured.value) ? measured.keeps(measured.value) : null
  return { what, required, measured: kept === null ? 'not measured' : measured.text, kept }
}
