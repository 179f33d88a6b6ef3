import { expect, test } from 'vitest'
import { parseRights } from './rights.ts'

const status = (mask: string) =>
  `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${mask}\nSeccomp:\t0\n`

test.each([
  ['an ordinary user', '0000000000000000', { control: false, details: false }],
  ['root', '000001ffffffffff', { control: true, details: true }],
  [
    'CAP_KILL and CAP_SYS_NICE alone, as the system unit has them',
    '0000000000800020',
    { control: true, details: false },
  ],
  [
    'root of a container, which may not look into others',
    '00000000a80425fb',
    { control: true, details: false },
  ],
])('%s', (_who, mask, rights) => {
  expect(parseRights(status(mask))).toEqual(rights)
})

test('a kernel that does not tell leaves it open', () => {
  expect(parseRights('Name:\tnode\n')).toBeNull()
})
