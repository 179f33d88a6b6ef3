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
    'services: ',
  ])
    expect(text).toContain(line)
})
