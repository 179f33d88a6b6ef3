import { expect, test } from 'vitest'
import { commandHint } from './command-hint.ts'

test('programs of one name are told apart by their arguments, of a path the last part', () => {
  expect(commandHint('python3 /srv/jobs/train.py --model /models/llama-7b')).toBe(
    'train.py --model llama-7b',
  )
  expect(commandHint('python3  -u serve.py')).toBe('-u serve.py')
})

test('nothing is said where nothing is known, and a long line is cut', () => {
  expect(commandHint(null)).toBe('')
  expect(commandHint('sleep')).toBe('')
  expect(commandHint(`node ${'x'.repeat(500)}`)).toHaveLength(80)
})
