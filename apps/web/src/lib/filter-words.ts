import { fold, withoutAccents } from './fold.ts'

/** Whether a folded text has what was asked for. */
export type Words = (folded: string) => boolean

const MAX_REGEX = 100
const MAX_REPETITIONS = 4
const FOR_EVER = 'This pattern could take for ever.'

/** `"two words"`, `/regex/`, `a|b` or one word; why it does not parse. */
export function parseWords(text: string): Words | string {
  // A path that ends with a slash has slashes inside.
  if (/^\/(?:[^/\\]|\\.)+\/$/s.test(text)) return parseRegex(text.slice(1, -1))
  if (text.startsWith('"')) {
    const quoted = fold(text.replaceAll('"', ''))
    return quoted === '' ? 'Type words between the quotes.' : (folded) => folded.includes(quoted)
  }
  const either = eitherOf(text)
  return either.length === 0
    ? 'Type a word on one side of the bar.'
    : (folded) => either.some((word) => folded.includes(word))
}

/** The folded words of `a|b`. */
export const eitherOf = (text: string): string[] => fold(text).split('|').filter(Boolean)

function parseRegex(source: string): Words | string {
  if (source.length > MAX_REGEX) return `The pattern is longer than ${MAX_REGEX} characters.`
  const danger = dangerOf(source)
  if (danger !== null) return danger
  const pattern = compile(withoutAccents(source))
  return pattern === null
    ? 'This is not a valid pattern.'
    : (folded) => pattern.test(folded.slice(0, 512))
}

/** Also what only the older syntax allows: a backslash before a letter or sign that needs none. */
function compile(source: string): RegExp | null {
  for (const flags of ['iu', 'i']) {
    try {
      return new RegExp(source, flags)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return null
}

/**
 * A pattern runs over thousands of command lines each second, so one that can take exponential time (a repeated group
 * that can itself match in several ways, a back reference) is refused: a browser cannot stop a running expression.
 */
function dangerOf(source: string): string | null {
  /** Of each open group: whether it can match in several ways. */
  const groups: boolean[] = []
  let repetitions = 0
  let isClass = false
  const vary = () => {
    if (groups.length > 0) groups[groups.length - 1] = true
  }
  for (let at = 0; at < source.length; at += 1) {
    const letter = source.charAt(at)
    const rest = source.slice(at + 1)
    if (letter === '\\') {
      if (/^(?:[1-9]|k<)/.test(rest)) return `${FOR_EVER} Leave out back references.`
      at += 1
    } else if (isClass) isClass = letter !== ']'
    else if (letter === '[') isClass = true
    else if (letter === '(') {
      groups.push(false)
      if (rest.startsWith('?')) at += 1
    } else if (letter === ')') {
      if (groups.pop() === true) {
        if (/^\s*[*+{]/.test(rest)) return `${FOR_EVER} Leave out repeated groups.`
        vary()
      }
    } else if ('*+{?|'.includes(letter)) {
      vary()
      if ('*+{'.includes(letter)) repetitions += 1
    }
  }
  return repetitions > MAX_REPETITIONS
    ? `${FOR_EVER} Use at most ${MAX_REPETITIONS} repetitions.`
    : null
}
