import { cleanName } from '../text/clean.ts'

/** The name for people in `/etc/os-release`; null without one. Source: os-release(5). */
export function parseOsRelease(text: string): string | null {
  for (const key of ['PRETTY_NAME', 'NAME']) {
    const value = new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]?.trim()
    if (value === undefined) continue
    const plain = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value
    const name = plain.replaceAll(/\\(["'$`\\])/g, '$1')
    if (name !== '') return cleanName(name)
  }
  return null
}
