import { Type, type TSchema, type TSchemaOptions } from 'typebox'

/** `T | null`. `null` means unknown; the reason stands in the `unknown` map of the same object, or in its description. */
export function nullable<T extends TSchema>(schema: T, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options)
}

/** A number that may be unknown. */
export const nullableNumber = (description: string) => nullable(Type.Number(), { description })
/** A text that may be unknown. */
export const nullableString = (description: string) => nullable(Type.String(), { description })
export const number = (description: string) => Type.Number({ description })
export const integer = (description: string) => Type.Integer({ description })
export const string = (description: string) => Type.String({ description })
export const boolean = (description: string) => Type.Boolean({ description })

/** One of a list of words. */
export function words<const T extends readonly string[]>(list: T, description: string) {
  return Type.Unsafe<T[number]>(Type.Enum([...list], { description }))
}
