import { expect, test } from 'vitest'
import { parseWireless } from './parse-wireless.ts'

const HEAD = `Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
`

test('signals in dBm, with and without the dots of what is new', () => {
  const text = `${HEAD}wlp2s0: 0000   70.  -39.  -256        0      0      0      0     12        0
 wlan1: 0000   41   -69   -95        0      0      0      0      0        0
`
  expect([...parseWireless(text)]).toEqual([
    ['wlp2s0', -39],
    ['wlan1', -69],
  ])
})

test('no connection, another measure than dBm, no interface: nothing is said', () => {
  const text = `${HEAD}wlan0: 0000    0  -256  -256        0      0      0      0      0        0
 wlan1: 0000   54.   60.    0.       0      0      0      0      0        0
`
  expect([...parseWireless(text)]).toEqual([])
  expect([...parseWireless(HEAD)]).toEqual([])
})
