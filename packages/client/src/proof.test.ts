import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createChallenge, deriveReadToken, expectedProof } from './proof.ts'

const token = 'q'.repeat(43)
const readToken = createHmac('sha256', token).update('read-v1').digest('base64url')

describe('proof of a service', () => {
  test('the read token is derived as the services derive it', async () => {
    expect(await deriveReadToken(token)).toBe(readToken)
  })

  test('the proof covers service and challenge', async () => {
    const proof = createHmac('sha256', readToken).update('health-v1|stats|abc').digest('base64url')
    expect(await expectedProof(readToken, 'stats', 'abc')).toBe(proof)
    expect(await expectedProof(readToken, 'accuracy', 'abc')).not.toBe(proof)
  })

  test('a challenge is 128 bits in base64url and never twice the same', () => {
    expect(createChallenge()).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(createChallenge()).not.toBe(createChallenge())
  })
})
