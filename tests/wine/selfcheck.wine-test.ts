import { expect, test } from 'vitest'
import { checkAll } from '../../scripts/selfcheck/check-all.ts'
import { reportText } from '../../scripts/selfcheck/report.ts'

const sections = await checkAll({ intervalMs: 200 })

test('every check of the selfcheck is right under Windows', () => {
  const wrong = sections.flatMap(({ findings }) =>
    findings.filter(({ state }) => state === 'wrong'),
  )
  expect(wrong).toEqual([])
  expect(sections.map(({ title }) => title)).toHaveLength(7)
})

test('it compared what matters, and says that it is the provider of Windows', () => {
  const text = reportText(sections)
  for (const line of [
    'ok    CPU time of this process',
    'ok    suspended',
    'ok    resumed',
    'ok    slowed',
    'ok    ended',
    'ok    its program',
    'ok    its folder',
    'ok    its threads, one by one',
    'ok    what it was built for',
    'ok    foreign functions',
    'provider: WindowsMachine',
    'its efficiency mode: ',
    'its disk priority: ',
    'it shows windows: no',
    'can drive_health: ',
    'programs that are started again when they end: not_supported',
    'column handles: told',
    'column session: told',
    'column switches: none',
    'column isElevated: told',
    'column isEfficient: ',
    'column architecture: told',
    'services: ',
    'startup: ',
    'sessions: ',
  ])
    expect(text).toContain(line)
})
