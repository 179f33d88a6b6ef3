import { preferences } from '../stores/preferences.ts'

/** Writes the choices of theme, contrast and density onto the root, where the tokens look for them. */
export function followTheme(): void {
  const apply = (): void => {
    const { theme, contrast, density } = preferences.get()
    const { dataset } = document.documentElement
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
    if (contrast === 'system') delete dataset['contrast']
    else dataset['contrast'] = contrast
    dataset['density'] = density
  }
  preferences.subscribe(apply)
  apply()
}
