import type { Budget, PartResult, Table } from './part-result.ts'

/** What a reader must know of the machine, as label and value. */
export type Facts = readonly (readonly [label: string, value: string])[]

export interface Report {
  /** The command that made it. */
  command: string
  facts: Facts
  parts: readonly PartResult[]
}

/** The whole report as Markdown. Pure: the same results give the same text. */
export function renderReport({ command, facts, parts }: Report): string {
  const budgets = parts.flatMap((part) => part.budgets)
  const sections = [
    `# Benchmarks\n\nMade by \`${command}\`; do not edit. All figures of one table come from one run in which the programs took turns, so the\nratios hold where the machine was faster or slower for a while.`,
    renderBudgets(budgets),
    `## Where\n\n${renderTable({ caption: '', head: ['', ''], rows: facts })}`,
    ...parts.map(renderPart),
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

const MARKS = new Map([
  [true, '✓'],
  [false, '✗'],
  [null, '–'],
])

function renderBudgets(budgets: readonly Budget[]): string {
  if (budgets.length === 0) return ''
  return `## Budgets\n\n${renderTable({
    caption: '',
    head: ['what', 'required', 'measured', ''],
    rows: budgets.map((line) => [
      line.what,
      line.required,
      line.measured,
      MARKS.get(line.kept) ?? '',
    ]),
  })}`
}

function renderPart({ title, about, tables }: PartResult): string {
  return [`## ${title}`, about, ...tables.map(renderTable)].join('\n\n')
}

function renderTable({ caption, head, rows, notes = [] }: Table): string {
  const lines = [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map(escapeCell).join(' | ')} |`,
  )
  const text = caption === '' ? lines.join('\n') : `### ${caption}\n\n${lines.join('\n')}`
  return notes.length === 0 ? text : `${text}\n\n${notes.map((note) => `- ${note}`).join('\n')}`
}

/** A cell must not end its column or its line. */
const escapeCell = (cell: string): string =>
  cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')
