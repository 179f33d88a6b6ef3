import type { ReactNode } from 'react'
import { Segments } from '../../components/button.tsx'
import { Value } from '../../components/value.tsx'
import { setPreference, usePreference } from '../../stores/preferences.ts'

interface PanelFrameProps {
  readonly title: string
  readonly model: string | null
  readonly sentence: ReactNode
  readonly controls?: ReactNode
  readonly facts: ReactNode
  readonly children: ReactNode
}

/** Every device page: title and sentence, charts, facts. */
export function PanelFrame({ title, model, sentence, controls, facts, children }: PanelFrameProps) {
  return (
    <>
      <header className="perfhead">
        <div className="hm">
          <h1>{title}</h1>
          {model !== null && <span className="model">{model}</span>}
        </div>
        <p className="sentence">{sentence}</p>
        <span className="r">
          {controls}
          <RangeChoice />
        </span>
      </header>
      <div className="perfcol">{children}</div>
      <aside className="facts" aria-label="Facts">
        {facts}
      </aside>
    </>
  )
}

function RangeChoice() {
  const seconds = usePreference('chartSeconds')
  return (
    <Segments
      label="Length of the charts"
      value={seconds}
      options={[
        { value: 60, text: '60 s' },
        { value: 600, text: '10 min' },
      ]}
      onChange={(value) => setPreference('chartSeconds', value)}
    />
  )
}

export interface BigFact {
  readonly name: string
  readonly value: string
  /** Ties the fact to its line: solid, dashed, or faint for the inner area. */
  readonly tie?: { readonly hue: string; readonly look: '' | 'dash' | 'faint' }
  readonly small?: boolean
}

export function BigFacts({ facts }: { facts: readonly BigFact[] }) {
  return (
    <dl className="big">
      {facts.map((fact) => (
        <div
          key={fact.name}
          className={fact.tie === undefined ? '' : `tied hue-${fact.tie.hue} ${fact.tie.look}`}
        >
          <dt>{fact.name}</dt>
          <dd className={fact.small === true ? 'small' : ''}>
            <Value>{fact.value}</Value>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Name and text; `null` texts are left out: what this machine does not have or tell is no fact. */
export function FactList({ facts }: { facts: readonly (readonly [string, string | null])[] }) {
  return (
    <dl className="list">
      {facts.map(([name, text]) => text !== null && <FactRow key={name} name={name} text={text} />)}
    </dl>
  )
}

function FactRow({ name, text }: { name: string; text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd title={text}>{text}</dd>
    </>
  )
}
