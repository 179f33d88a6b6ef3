/**
 * What this browser remembers (localStorage). Every value is checked when read; a corrupt one falls back alone.
 *
 *   const density = usePreference('density')
 *   setPreference('density', 'comfortable')
 *   getPreferences().cpuScale                      // outside React
 * New preferences are added to `PREFERENCES`: a default and a check.
 */
import { INTERVALS_MS } from '@taskmanager/contracts'
import { createStore, useStore } from '../lib/create-store.ts'

interface Preference<T> {
  readonly initial: T
  readonly accepts: (value: unknown) => value is T
}

function oneOf<const T extends readonly (string | number | boolean)[]>(
  list: T,
  initial: T[number],
): Preference<T[number]> {
  return { initial, accepts: (value): value is T[number] => list.includes(value as T[number]) }
}

const flag = (initial: boolean): Preference<boolean> => oneOf([true, false], initial)

const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 256

const texts = (initial: readonly string[], most: number): Preference<readonly string[]> => ({
  initial,
  accepts: (value): value is readonly string[] =>
    Array.isArray(value) && value.length <= most && value.every(isShortText),
})

const optionalTexts: Preference<readonly string[] | null> = {
  initial: null,
  accepts: (value): value is readonly string[] | null =>
    value === null || texts([], 64).accepts(value),
}

/** Column widths in pixels; absurd ones would hide the table. */
const widths: Preference<Readonly<Record<string, number>>> = {
  initial: {},
  accepts: (value): value is Readonly<Record<string, number>> =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(
      (width) => typeof width === 'number' && width >= 24 && width <= 2000,
    ),
}

const PREFERENCES = {
  theme: oneOf(['system', 'light', 'dark'], 'system'),
  contrast: oneOf(['system', 'normal', 'more'], 'system'),
  density: oneOf(['compact', 'comfortable'], 'compact'),
  /** `machine`: 100 % is the whole machine. `core`: 100 % is one core. */
  cpuScale: oneOf(['machine', 'core'], 'machine'),
  /** `gib`: by 1024, as the kernel counts. `gb`: by 1000, as drives are sold. */
  memoryUnit: oneOf(['gib', 'gb'], 'gib'),
  networkUnit: oneOf(['bits', 'bytes'], 'bits'),
  temperatureUnit: oneOf(['celsius', 'fahrenheit'], 'celsius'),
  intervalMs: oneOf(INTERVALS_MS, 1000),
  paused: flag(false),
  /** `auto`: by width of the window. */
  rail: oneOf(['auto', 'wide', 'narrow'], 'auto'),
  letterShortcuts: flag(true),
  timeRangeMinutes: oneOf([1, 5, 10], 10),
  chartSeconds: oneOf([60, 600], 60),
  cpuView: oneOf(['machine', 'cores', 'both'], 'both'),
  processView: oneOf(['tree', 'flat'], 'tree'),
  /** Column ids in order; `null`: the standard columns. */
  processColumns: optionalTexts,
  processColumnWidths: widths,
  appColumns: optionalTexts,
  appColumnWidths: widths,
  serviceColumns: optionalTexts,
  serviceColumnWidths: widths,
  startupColumns: optionalTexts,
  startupColumnWidths: widths,
  userColumns: optionalTexts,
  userColumnWidths: widths,
  containerColumns: optionalTexts,
  containerColumnWidths: widths,
  /** Open branches and apps, by name. */
  openBranches: texts([], 500),
  openApps: texts([], 500),
  /** End suspends first, so that it can be taken back. */
  endWithUndo: flag(false),
  /** Programs whose End does not ask again, by name. */
  endWithoutAsking: texts([], 200),
} as const

type PreferenceTable = typeof PREFERENCES
export type PreferenceName = keyof PreferenceTable
export type Preferences = {
  readonly [Name in PreferenceName]: PreferenceTable[Name]['initial']
}

const STORAGE_KEY = 'task-manager-pro.preferences'
const initial = Object.fromEntries(
  Object.entries(PREFERENCES).map(([name, preference]) => [name, preference.initial]),
) as unknown as Preferences

/** Reads what was saved; anything that is not what it should be is as if it had not been saved. */
export function parsePreferences(text: string | null): Preferences {
  let saved: unknown
  try {
    saved = JSON.parse(text ?? '{}')
  } catch {
    return initial
  }
  if (typeof saved !== 'object' || saved === null) return initial
  const known = Object.entries(PREFERENCES).filter(
    ([name, preference]) =>
      Object.hasOwn(saved, name) && preference.accepts((saved as Record<string, unknown>)[name]),
  )
  return {
    ...initial,
    ...Object.fromEntries(known.map(([name]) => [name, (saved as Record<string, unknown>)[name]])),
  }
}

function readStorage(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null // Storage is switched off in this browser: nothing is remembered, everything works.
  }
}

export const preferences = createStore<Preferences>({
  ...parsePreferences(readStorage()),
  paused: false, // A page that opens shows the present.
})

export const getPreferences = preferences.get

export function usePreference<Name extends PreferenceName>(name: Name): Preferences[Name] {
  return useStore(preferences, (all) => all[name])
}

export function setPreference<Name extends PreferenceName>(
  name: Name,
  value: Preferences[Name],
): void {
  preferences.set({ ...preferences.get(), [name]: value })
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences.get()))
  } catch {
    // Full or switched off: the choice holds until the page closes.
  }
}
