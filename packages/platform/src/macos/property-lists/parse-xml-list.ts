import { ProcParseError } from '../../read-result.ts'
import { cleanText } from '../../text/clean.ts'
import type { PropertyValue } from './property-value.ts'

const MOST_VALUES = 1 << 16
const MOST_DEPTH = 32

/** What an element looks like; attributes have no meaning in property lists. */
const TAG = /<(\/?)([A-Za-z]+)(?:\s[^<>]*?)?(\/?)>/y
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/**
 * A property list in XML. Source: PropertyList-1.0.dtd of Apple. Nothing outside it is looked up and no entity is
 * defined by it, so it can only be what stands there. Texts come cleaned.
 * @throws ProcParseError when it is not one, or is deeper or larger than any of use
 */
export function parseXmlList(text: string): PropertyValue {
  return new XmlList(text).top()
}

interface Tag {
  name: string
  isEnd: boolean
  /** `<true/>` */
  isEmpty: boolean
}

class XmlList {
  readonly #text: string
  #at: number
  #left = MOST_VALUES

  constructor(text: string) {
    this.#text = text
    const start = text.indexOf('<plist')
    if (start < 0) fail('no <plist>')
    this.#at = start
  }

  top(): PropertyValue {
    this.#next() // <plist>
    const value = this.#value(this.#next(), 0)
    const end = this.#next()
    if (!end.isEnd || end.name !== 'plist') fail('more than one value')
    return value
  }

  #value({ name, isEnd, isEmpty }: Tag, depth: number): PropertyValue {
    if (isEnd) fail(`</${name}> in place of a value`)
    if (depth > MOST_DEPTH) fail('too deep')
    if (this.#left-- <= 0) fail('too many values')
    switch (name) {
      case 'true':
      case 'false':
        if (!isEmpty) this.#content(name)
        return name === 'true'
      case 'array':
        return isEmpty ? [] : this.#array(depth)
      case 'dict':
        return isEmpty ? new Map() : this.#dictionary(depth)
      default:
        return scalar(name, isEmpty ? '' : this.#content(name))
    }
  }

  #array(depth: number): PropertyValue {
    const values: PropertyValue[] = []
    for (let tag = this.#next(); !isEndOf(tag, 'array'); tag = this.#next())
      values.push(this.#value(tag, depth + 1))
    return values
  }

  #dictionary(depth: number): PropertyValue {
    const entries = new Map<string, PropertyValue>()
    for (let tag = this.#next(); !isEndOf(tag, 'dict'); tag = this.#next()) {
      if (tag.name !== 'key' || tag.isEnd) fail(`<${tag.name}> in place of a key`)
      const key = tag.isEmpty ? '' : cleanText(unescaped(this.#content('key')))
      entries.set(key, this.#value(this.#next(), depth + 1))
    }
    return entries
  }

  /** Text up to the end of the element. */
  #content(name: string): string {
    const end = this.#text.indexOf(`</${name}>`, this.#at)
    if (end < 0) fail(`no </${name}>`)
    const content = this.#text.slice(this.#at, end)
    if (content.includes('<')) fail(`an element within <${name}>`)
    this.#at = end + name.length + 3
    return content
  }

  #next(): Tag {
    for (;;) {
      const start = this.#text.indexOf('<', this.#at)
      if (start < 0) fail('no end')
      if (!this.#text.startsWith('<!--', start)) return this.#tagAt(start)
      const end = this.#text.indexOf('-->', start)
      if (end < 0) fail('a remark without an end')
      this.#at = end + 3
    }
  }

  #tagAt(start: number): Tag {
    TAG.lastIndex = start
    const [, slash = '', name = '', empty = ''] = TAG.exec(this.#text) ?? fail('no element')
    this.#at = TAG.lastIndex
    return { name, isEnd: slash === '/', isEmpty: empty === '/' }
  }
}

const isEndOf = (tag: Tag, name: string): boolean => tag.isEnd && tag.name === name

function scalar(name: string, content: string): PropertyValue {
  switch (name) {
    case 'string':
      return cleanText(unescaped(content))
    case 'integer':
    case 'real': {
      const value = Number(content.trim())
      return content.trim() === '' || !Number.isFinite(value)
        ? fail(`no number in <${name}>`)
        : value
    }
    case 'date': {
      const epochMs = Date.parse(content.trim())
      return Number.isNaN(epochMs) ? fail('no instant in <date>') : { epochMs }
    }
    case 'data':
      return Buffer.from(content, 'base64')
    default:
      return fail(`<${name}> in place of a value`)
  }
}

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\dA-Fa-f]{1,6})|([a-z]+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name as string] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal)
    return code <= 0x10_ffff ? String.fromCodePoint(code) : '\ufffd'
  })

function fail(what: string): never {
  throw new ProcParseError('property list', what)
}
