import { readFileSync } from 'node:fs'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { fieldsOf } from './describe-schema.ts'
import { apiPage } from './page.ts'

test('docs/API.md is what the schemas say (else run: node scripts/api-docs.ts)', () => {
  const page = readFileSync(new URL('../../docs/API.md', import.meta.url), 'utf8')
  expect(page).toBe(apiPage())
})

test('nested, listed and unknown fields are named by their path', () => {
  const schema = Type.Object({
    disks: Type.Array(Type.Object({ id: Type.String({ description: 'Name.' }) })),
    power: Type.Union([Type.Object({ watts: Type.Number() }), Type.Null()]),
    note: Type.Optional(Type.String({ maxLength: 5 })),
  })
  expect(fieldsOf(schema).map(({ path, type, optional }) => [path, type, optional])).toEqual([
    ['disks', 'list of object', false],
    ['disks[].id', 'string', false],
    ['power', 'object or null', false],
    ['power.watts', 'number', false],
    ['note', 'string, at most 5 characters', true],
  ])
})
