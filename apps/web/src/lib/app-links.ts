/** The page of apps, filtered to one of them; the space ends the word, so that typing goes on behind it. */
export function appHref(name: string): string {
  return `/apps?q=${encodeURIComponent(`"${name}" `)}`
}

/** The processes of one app, as a flat list: by its unit where it has one, else by its name. */
export function appProcessesHref({ unit, name }: { unit: string | null; name: string }): string {
  const text = unit === null ? `"${name}"` : `unit:"${unit}"`
  return `/processes?view=flat&q=${encodeURIComponent(`${text} `)}`
}
