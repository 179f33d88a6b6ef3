import type { ServiceName } from '@taskmanager/contracts'
import { ErrorBody } from '@taskmanager/contracts'
import { Compile, type Validator } from 'typebox/schema'
import { send } from '../../support/wire.ts'

/** A JSON schema as the OpenAPI document has it; only what the generators look at. */
export interface JsonSchema {
  type?: string
  enum?: unknown[]
  const?: unknown
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  anyOf?: JsonSchema[]
}

interface Parameter {
  name: string
  in: 'path' | 'query'
  required?: boolean
  schema: JsonSchema
}

interface Content {
  content?: Record<string, { schema: JsonSchema }>
}

interface Document {
  components: unknown
  paths: Record<
    string,
    Record<
      string,
      { parameters?: Parameter[]; requestBody?: Content; responses: Record<string, Content> }
    >
  >
}

/** One operation of a service's own OpenAPI document. */
export interface Operation {
  /** `POST /api/process/{pid}/kill` */
  call: string
  service: ServiceName
  method: string
  path: string
  parameters: readonly Parameter[]
  body: JsonSchema | null
  /** What is wrong with an answer of this status; nothing is said of a status that the document leaves out. */
  faults(status: number, value: unknown): string[]
}

const commonError = Compile(ErrorBody)

/** Every operation of the document that a service serves, asked for as the user who started it. */
export async function operationsOf(service: ServiceName, port: number): Promise<Operation[]> {
  const { json } = await send({ port, path: '/openapi.json' })
  const { components, paths } = json as Document
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([word, { parameters = [], requestBody, responses }]) => {
      const method = word.toUpperCase()
      const validators = new Map<number, Validator>()
      for (const [status, { content }] of Object.entries(responses)) {
        const schema = content?.['application/json']?.schema
        // Together with the components, since recursive shapes are references into them.
        if (schema !== undefined) validators.set(Number(status), Compile({ ...schema, components }))
      }
      return {
        call: `${method} ${path}`,
        service,
        method,
        path,
        parameters,
        body: requestBody?.content?.['application/json']?.schema ?? null,
        faults(status, value) {
          const fallback = status >= 400 ? commonError : undefined
          const validator = validators.get(status) ?? fallback
          if (validator === undefined) return [`the document does not know status ${status}`]
          if (validator.Check(value)) return []
          return validator
            .Errors(value)[1]
            .slice(0, 5)
            .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
        },
      }
    }),
  )
}
