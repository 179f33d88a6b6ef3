/**
 * A query is text; where the schema asks for a number or a boolean, plain spellings of one become it. Anything
 * else stays text and is refused by the schema. Bodies and path parameters are never converted.
 */
export function convertQuery(
  query: Record<string, unknown>,
  properties: Record<string, { type?: unknown }>,
): void {
  for (const [key, schema] of Object.entries(properties)) {
    const text = query[key]
    if (typeof text !== 'string') continue
    const isNumber = schema.type === 'integer' || schema.type === 'number'
    if (isNumber && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) query[key] = Number(text)
    if (schema.type === 'boolean' && (text === 'true' || text === 'false'))
      query[key] = text === 'true'
  }
}
