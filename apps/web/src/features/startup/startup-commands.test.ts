import type { StartupItem } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { startupCommands } from './startup-commands.ts'
import type { StartupLine } from './startup-lines.ts'

/** Why Enable and Disable are off; null: they are not. */
function whyOf(item: Pick<StartupItem, 'state' | 'fixed'>, reason: string | null = null) {
  const line = { item, processes: [] } as unknown as StartupLine
  const commands = startupCommands({
    line,
    reason,
    isBusy: false,
    order: () => {},
    showProcesses: () => {},
  })
  return ['enable', 'disable'].map((id) => commands.find((command) => command.id === id)?.why)
}

test.each([
  ['enabled', ['It is not disabled', null]],
  ['cannot_start', ['It is not disabled', null]],
  ['disabled', [null, 'It is disabled already']],
] as const)('what is %s is switched one way', (state, why) => {
  expect(whyOf({ state, fixed: null })).toEqual(why)
})

test('a state that is not known is not switched on a guess', () => {
  const unknown = 'Whether it is disabled is not known'
  expect(whyOf({ state: null, fixed: null })).toEqual([unknown, unknown])
  expect(whyOf({ state: null, fixed: 'By Windows.' })).toEqual(['By Windows.', 'By Windows.'])
  expect(whyOf({ state: null, fixed: null }, 'No token.')).toEqual(['No token.', 'No token.'])
})
