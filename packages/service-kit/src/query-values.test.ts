import { afterAll, beforeAll, expect, test } from 'vitest'
import { ProcessQuery } from '@taskmanager/contracts'
import { ask, startRig, type Rig } from './test-rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig({
    routes: ({ app }) => {
      app.get(
        '/api/processes',
        { schema: { querystring: ProcessQuery } },
        async (request) => request.query,
      )
    },
  })
})
afterAll(() => rig.close())

test.each([
  ['limit=10', { limit: 10 }],
  ['search=10&sort=-cpu_percent', { search: '10', sort: '-cpu_percent' }],
])('%s is read as the schema means it', async (query, expected) => {
  expect(JSON.parse((await ask(rig.port, `/api/processes?${query}`)).body)).toEqual(expected)
})

test.each([
  'limit=0',
  'limit=1e3',
  'limit=',
  'limit=0x10',
  'limit=1&limit=2',
  'unknown=1',
  'limit=1.5',
])('%s is refused with a sentence', async (query) => {
  const answer = await ask(rig.port, `/api/processes?${query}`)
  expect(answer).toMatchObject({ status: 400, error: 'validation' })
  expect((JSON.parse(answer.body) as { message: string }).message).toMatch(/limit|unknown/)
})
