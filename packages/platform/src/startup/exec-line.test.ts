import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitExec } from './exec-line.ts'

test.each<[string, string[]]>([
  ['clock', ['clock']],
  ['/usr/bin/clock --at "a b" %U', ['/usr/bin/clock', '--at', 'a b']],
  ['"/opt/My Clock/clock"  -x', ['/opt/My Clock/clock', '-x']],
  [String.raw`sh -c "echo \\"hi\\" \\$HOME"`, ['sh', '-c', 'echo "hi" $HOME']],
  ['clock --name=%c --rate 50%%', ['clock', '--name=', '--rate', '50%']],
  ['a b"c d"e', ['a', 'bc de']],
  ['"never closed', ['never closed']],
  ['', []],
])('%j is started as %j', (exec, words) => {
  expect(splitExec(exec)).toEqual(words)
})

test('any text is split into words, and none is lost to a quote that never ends', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const word of splitExec(text)) expect(typeof word).toBe('string')
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z/.=-]{1,8}$/)), (words) => {
      expect(splitExec(words.join(' '))).toEqual(words)
    }),
  )
})
