import type { TSchema } from 'typebox'

/** The parts of JSON Schema that our contracts use. */
interface Node {
  $id?: string
  type?: string
  description?: string
  properties?: Record<string, Node>
  required?: string[]
  items?: Node | Node[]
  anyOf?: Node[]
  enum?: unknown[]
  const?: unknown
  patternProperties?: Record<string, Node>
  minimum?: number
  maximum?: number
  maxLength?: number
  pattern?: string
}

export interface Field {
  /** `memory.total_bytes`, `disks[].id`. */
  path: string
  type: string
  optional: boolean
  about: string
}

/** Every field of a schema, nested ones after their parent, in the order of the contract. */
export function fieldsOf(schema: TSchema): Field[] {
  return below(schema, '')
}

function below(node: Node, prefix: string): Field[] {
  const inner = unwrap(node)
  if (inner.items !== undefined && !Array.isArray(inner.items))
    return below(inner.items, `${prefix}[]`)
  const required = new Set(inner.required)
  return Object.entries(inner.properties ?? {}).flatMap(([key, child]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`
    const field = { path, type: typeOf(child), optional: !required.has(key), about: aboutOf(child) }
    return [field, ...below(child, path)]
  })
}

/** `T | null` as `T`. */
function unwrap(node: Node): Node {
  const others = node.anyOf?.filter((option) => option.type !== 'null')
  return others?.length === 1 ? (others[0] ?? node) : node
}

export function typeOf(node: Node): string {
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (node.enum !== undefined) return node.enum.map((word) => JSON.stringify(word)).join(' ')
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(' or ')
  if (node.type === 'array') {
    return Array.isArray(node.items)
      ? `[${node.items.map(typeOf).join(', ')}]`
      : `list of ${typeOf(node.items ?? {})}`
  }
  if (node.type === 'object' && node.properties === undefined) return 'map'
  return `${node.type ?? 'any'}${bounds(node)}`
}

function bounds({ minimum, maximum, maxLength }: Node): string {
  if (minimum !== undefined || maximum !== undefined) return ` ${minimum ?? ''}–${maximum ?? ''}`
  return maxLength === undefined ? '' : `, at most ${maxLength} characters`
}

const aboutOf = (node: Node): string => node.description ?? unwrap(node).description ?? ''
