import fc from 'fast-check'
import { expect, test } from 'vitest'
import { desktopValues } from '../linux/desktop-entries.ts'
import { switchedOff, switchedOn } from './autostart-switch.ts'

const ENTRY =
  '# shipped\n[Desktop Entry]\nName=Clock\nExec=clock\n\n[Desktop Action x]\nHidden=no\n'

test('an own file is hidden on top, what said otherwise stands back, and all of it comes back', () => {
  const text = ENTRY.replace('Exec', 'Hidden = false\nExec')
  const off = offText(text, false)
  expect(off).toBe(
    '# shipped\n[Desktop Entry]\nHidden=true\nX-TaskManagerPro-Disabled=own\nName=Clock\n' +
      '#X-TaskManagerPro Hidden = false\nExec=clock\n\n[Desktop Action x]\nHidden=no\n',
  )
  expect(switchedOn(off)).toEqual({ kind: 'write', text })
})

test('a copy goes when nobody changed it, and stays with the changes of who did', () => {
  const off = offText(ENTRY, true)
  expect(switchedOn(off)).toEqual({ kind: 'remove' })
  const changed = off.replace('Exec=clock', 'Exec=clock --fast')
  expect(switchedOn(changed)).toEqual({
    kind: 'write',
    text: ENTRY.replace('Exec=clock', 'Exec=clock --fast'),
  })
})

test('what others switched off is switched on where they did it', () => {
  const text = '[Desktop Entry]\r\nHidden=true\r\nX-GNOME-Autostart-enabled = false\r\nExec=a\r\n'
  expect(switchedOn(text)).toEqual({
    kind: 'write',
    text: '[Desktop Entry]\r\nHidden=false\r\nX-GNOME-Autostart-enabled = true\r\nExec=a\r\n',
  })
})

test.each(['', 'Hidden=true\n', '[Other]\nExec=a\n', '[Desktop Entry]', ' [Desktop Entry]\n'])(
  '%j is no desktop entry and is left alone',
  (text) => {
    expect(switchedOff(text, false)).toBeNull()
    expect(switchedOn(text)).toBeNull()
  },
)

const line = fc.oneof(
  fc.constantFrom(
    'Hidden=true',
    'Hidden=false',
    'Hidden =',
    'HiddenNot=1',
    '#X-TaskManagerPro Hidden=false',
    'X-TaskManagerPro-Disabled=own',
    'X-TaskManagerPro-Disabled=copy 00',
    'X-GNOME-Autostart-enabled=false',
    '[Desktop Entry]',
    '[Other]',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
)
const file = fc
  .tuple(
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n'),
    fc.constantFrom('', '\n', 'Hidden=false'),
  )
  .map(([lines, end, tail]) => ['[Desktop Entry]', ...lines].join(end) + end + tail)
  .map((text) => Buffer.from(text).toString('latin1'))

function offText(text: string, isCopy: boolean): string {
  const off = switchedOff(text, isCopy)
  if (off?.kind !== 'write') throw new Error('it was not switched off')
  return off.text
}

test('whatever a copy holds: off is off, and on again it goes', () => {
  fc.assert(
    fc.property(file, (text) => {
      const off = offText(text, true)
      expect(desktopValues(off)('Hidden')).toBe('true')
      expect(switchedOn(off)).toEqual({ kind: 'remove' })
    }),
  )
})

test('whatever an own file that is on holds: off is off, and on again is the same bytes', () => {
  fc.assert(
    fc.property(file, (text) => {
      const value = desktopValues(text)
      fc.pre(value('Hidden') !== 'true' && value('X-GNOME-Autostart-enabled') !== 'false')
      const off = offText(text, false)
      expect(desktopValues(off)('Hidden')).toBe('true')
      expect(switchedOn(off)).toEqual({ kind: 'write', text })
    }),
  )
})
