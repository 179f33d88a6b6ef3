/** A value of a property list. Dates are milliseconds of 1970. */
export type PropertyValue =
  | string
  | number
  | boolean
  | Buffer
  | PropertyDate
  | readonly PropertyValue[]
  | PropertyDictionary

export interface PropertyDate {
  readonly epochMs: number
}

/** A map and no object, since its keys are whatever a file says. */
export type PropertyDictionary = ReadonlyMap<string, PropertyValue>

export const isDictionary = (
  value: PropertyValue | null | undefined,
): value is PropertyDictionary => value instanceof Map

/** null: it is absent, or another type than it should have. */
export const numberIn = (dictionary: PropertyDictionary, key: string): number | null => {
  const value = dictionary.get(key)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

export const textIn = (dictionary: PropertyDictionary, key: string): string | null => {
  const value = dictionary.get(key)
  return typeof value === 'string' && value !== '' ? value : null
}

export const flagIn = (dictionary: PropertyDictionary, key: string): boolean | null => {
  const value = dictionary.get(key)
  return typeof value === 'boolean' ? value : null
}

export const dictionaryIn = (
  dictionary: PropertyDictionary,
  key: string,
): PropertyDictionary | null => {
  const value = dictionary.get(key)
  return isDictionary(value) ? value : null
}
