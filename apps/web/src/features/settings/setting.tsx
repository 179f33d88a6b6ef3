import type { ReactNode } from 'react'
import { Segments } from '../../components/button.tsx'
import {
  setPreference,
  usePreference,
  type PreferenceName,
  type Preferences,
} from '../../stores/preferences.ts'

interface SettingProps {
  readonly title: string
  readonly says?: string | undefined
  readonly children: ReactNode
}

export function Setting({ title, says, children }: SettingProps) {
  return (
    <div className="setting">
      <span>
        {title}
        {says !== undefined && <small>{says}</small>}
      </span>
      {children}
    </div>
  )
}

type WordPreference = {
  [Name in PreferenceName]: Preferences[Name] extends string ? Name : never
}[PreferenceName]

interface ChoiceProps<Name extends WordPreference> {
  readonly name: Name
  readonly title: string
  readonly says?: string
  readonly options: Partial<Record<Preferences[Name], string>>
}

/** One preference of a few words. */
export function Choice<Name extends WordPreference>({
  name,
  title,
  says,
  options,
}: ChoiceProps<Name>) {
  const value = usePreference(name)
  const list = Object.entries(options) as [Preferences[Name], string][]
  return (
    <Setting title={title} says={says}>
      <Segments<Preferences[Name]>
        label={title}
        value={value}
        options={list.map(([word, text]) => ({ value: word, text }))}
        onChange={(next) => setPreference(name, next)}
      />
    </Setting>
  )
}
