import { parseFilter, splitTokens } from './filter.ts'

/** A query as its field shows it: chips, and the text behind them. */
export interface ChipSplit {
  readonly chips: readonly string[]
  readonly text: string
  /** Where the caret has to go in the text; `null`: it may stay where it is. */
  readonly caret: number | null
}

/**
 * Field tokens with a space behind them are chips, wherever they stand; what is left is text. Taking them out never
 * changes what the other tokens mean: where it would, only those at the start are chips.
 * @param caret in the query; the token it is at stays text
 */
export function splitChips(query: string, caret: number | null = null): ChipSplit {
  const isAtCaret = (start: number, end: number) => caret !== null && start <= caret && caret <= end
  const finished = parseFilter(query).tokens.filter(({ text, start, isField }) => {
    const end = start + text.length
    return isField && /\s/.test(query.charAt(end)) && !isAtCaret(start, end)
  })
  const taken = takeOut(query, finished, caret)
  if (isSameWithout(query, finished, taken.text)) return taken
  const tokens = splitTokens(query)
  return takeOut(
    query,
    finished.filter(({ start }, index) => tokens[index]?.start === start),
    caret,
  )
}

type Token = ReturnType<typeof splitTokens>[number]

function takeOut(query: string, tokens: readonly Token[], caret: number | null): ChipSplit {
  let text = ''
  let at = 0
  let before = 0
  for (const token of tokens) {
    text += query.slice(at, token.start)
    at = token.start + token.text.length + 1
    if (caret !== null && token.start < caret) before += token.text.length + 1
  }
  return {
    chips: tokens.map((token) => token.text),
    text: text + query.slice(at),
    caret: caret === null || tokens.length === 0 ? null : caret - before,
  }
}

function isSameWithout(query: string, taken: readonly Token[], text: string): boolean {
  const starts = new Set(taken.map(({ start }) => start))
  const left = splitTokens(query).filter(({ start }) => !starts.has(start))
  const now = splitTokens(text)
  return now.length === left.length && now.every((one, index) => one.text === left[index]?.text)
}

/** The query that a field of chips and text stands for. */
export const joinChips = ({ chips, text }: ChipSplit): string => [...chips, text].join(' ')

/** The text behind the chips was changed; what is finished in it becomes chips too. */
export function typeBehind({ chips }: ChipSplit, text: string, caret: number | null): ChipSplit {
  const more = splitChips(text, caret)
  return { ...more, chips: [...chips, ...more.chips] }
}

/** The last chip is text again, with the caret behind it. */
export function openLastChip({ chips, text }: ChipSplit): ChipSplit {
  const last = chips.at(-1) ?? ''
  return {
    chips: chips.slice(0, -1),
    text: text === '' ? last : `${last} ${text}`,
    caret: last.length,
  }
}
