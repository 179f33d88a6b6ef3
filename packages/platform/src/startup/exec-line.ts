const ESCAPES: Record<string, string> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }

/** A value of type string with its escapes resolved. Source: desktop entry specification, "Possible value types". */
export const unescapeValue = (value: string): string =>
  value.replaceAll(/\\([sntr\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter)

/**
 * The arguments of an `Exec` key as it is written: quotes resolved, field codes left out, since nothing is opened with
 * it. Source: desktop entry specification, "The Exec key".
 */
export function splitExec(exec: string): string[] {
  const words: string[] = []
  // A quoted part ends at the next quote that no backslash stands before, or at the end of a line that forgot it.
  for (const [word] of unescapeValue(exec).matchAll(/(?:"(?:\\[^]|[^"\\])*(?:"|$|\\$)|[^\s"])+/g)) {
    if (/^%[fFuUdDnNickvm]$/.test(word)) continue
    const plain = word
      .replaceAll(/"((?:\\[^]|[^"\\])*)(?:"|$|\\$)/g, (_, inner: string) =>
        inner.replaceAll(/\\(["`$\\])/g, '$1'),
      )
      .replaceAll(/%([%a-zA-Z])/g, (_, code: string) => (code === '%' ? '%' : ''))
    words.push(plain)
  }
  return words
}
