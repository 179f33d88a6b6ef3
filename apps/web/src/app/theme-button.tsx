import { Button } from '../components/button.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import { setPreference, usePreference } from '../stores/preferences.ts'

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const
const ICONS: Record<keyof typeof NEXT, IconName> = {
  system: 'system-theme',
  light: 'sun',
  dark: 'moon',
}
const WORDS = { system: 'as the system', light: 'light', dark: 'dark' } as const

export function ThemeButton() {
  const theme = usePreference('theme')
  const says = `Theme: ${WORDS[theme]}. Change to ${WORDS[NEXT[theme]]}`
  return (
    <Button icon aria-label={says} title={says} onClick={() => setPreference('theme', NEXT[theme])}>
      <Icon name={ICONS[theme]} />
    </Button>
  )
}
