import { BINARY_HEAD, parseBinaryList } from './parse-binary-list.ts'
import { parseXmlList } from './parse-xml-list.ts'
import type { PropertyValue } from './property-value.ts'

/**
 * A property list in either form that macOS writes.
 * @throws ProcParseError when it is none
 */
export function parsePropertyList(bytes: Buffer): PropertyValue {
  return bytes.toString('latin1', 0, BINARY_HEAD.length) === BINARY_HEAD
    ? parseBinaryList(bytes)
    : parseXmlList(bytes.toString('utf8'))
}
