/**
 * Names, arguments and paths are bytes that a watched process chose. Nothing leaves the collector before it
 * went through here: what could act on a terminal, a log or the reading order is made visible.
 */

const MAX_NAME = 255

// Controls (C0, DEL, C1), line and paragraph separators, zero-width and bidi controls, the byte order mark, soft hyphen,
// and lone surrogates, which JSON could not carry as text.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu
const MAYBE_UNSAFE = /[^\u0020-\u007e]/

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** Control pictures for C0 and DEL (a newline shows as ␊), `\u{…}` for the rest. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0xfffd
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return `\\u{${code.toString(16)}}`
}

/** Makes control, bidi and zero-width characters visible. Plain ASCII is returned as it is, at no cost. */
export function cleanText(text: string): string {
  return MAYBE_UNSAFE.test(text) ? text.replace(UNSAFE, visible) : text
}

/** Decodes UTF-8, invalid bytes as U+FFFD, and makes the rest visible. */
export function cleanBytes(bytes: Uint8Array): string {
  return cleanText(decoder.decode(bytes))
}

/** A name fit to be shown: cleaned, at most 255 characters, never cut inside a surrogate pair. */
export function cleanName(name: string | Uint8Array): string {
  return cut(typeof name === 'string' ? cleanText(name) : cleanBytes(name), MAX_NAME)
}

/** At most `length` UTF-16 units, not ending in half a character. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
