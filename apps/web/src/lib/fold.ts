const NOT_ASCII = /[^\u0020-\u007e\n\t]/

/** Lower case without accents. */
export function fold(text: string): string {
  return withoutAccents(text).toLowerCase()
}

export function withoutAccents(text: string): string {
  // Most command lines are plain: taking nothing off them would cost five times as much.
  return NOT_ASCII.test(text) ? text.normalize('NFD').replaceAll(/\p{M}/gu, '') : text
}

// Rows that did change (their CPU) mostly have the text they had.
const folded = new Map<string, string>()

export function foldCached(text: string): string {
  let result = folded.get(text)
  if (result === undefined) {
    if (folded.size > 20_000) folded.clear()
    result = fold(text)
    folded.set(text, result)
  }
  return result
}
