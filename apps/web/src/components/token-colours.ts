/** Colours of the tokens for canvases, read once per theme. */

const cache = new Map<string, string>()
const listeners = new Set<() => void>()

function changed(): void {
  cache.clear()
  for (const listener of listeners) listener()
}

for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
  matchMedia(query).addEventListener('change', changed)
}
new MutationObserver(changed).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ['data-theme', 'data-contrast'],
})

/** Resolved value of a custom property of the root, for example `rgb(10, 111, 194)` of `--cpu`. */
export function token(name: string): string {
  let value = cache.get(name)
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
    cache.set(name, value)
  }
  return value
}

/** A token given in percent or pixels, as a number: `14%` is 0.14, `1.5px` is 1.5. */
export function tokenNumber(name: string): number {
  const text = token(name)
  const value = Number.parseFloat(text)
  if (!Number.isFinite(value)) return 0
  return text.endsWith('%') ? value / 100 : value
}

export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
