import type { AskedField } from '@taskmanager/contracts'
import { createFigures } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { CURRENT_PROCESS, tokenCalls } from '../tokens.ts'

test('this process: its handles, its session, its rights and what it was built for', async () => {
  const figures = await createFigures()
  const fields = new Set<AskedField>(figures?.fields)
  for (const round of [1, 2]) {
    const sample = await figures?.sample(fields)
    const own = sample?.processes.find(({ pid }) => pid === process.pid)
    expect({ round, own }).toMatchObject({
      own: {
        startId: expect.stringMatching(/^w-/) as string,
        isElevated: tokenCalls()?.isElevated(CURRENT_PROCESS),
        architecture: { text: process.arch },
        session: expect.any(Number) as number,
        switches: 'none', // Wine counts none
      },
    })
    expect(own?.handles).toBeGreaterThan(20)
    expect(sample?.complete).toBe(true)
  }
})

test('only what is asked for is read', async () => {
  const sample = await (await createFigures())?.sample(new Set<AskedField>(['num_handles']))
  const own = sample?.processes.find(({ pid }) => pid === process.pid)
  expect(Object.keys(own ?? {})).toEqual(['pid', 'startId', 'handles'])
})
