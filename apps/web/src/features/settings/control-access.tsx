import { useState } from 'react'
import { Link } from 'wouter'
import { Button, Segments } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import {
  connections,
  control,
  isSilent,
  useConnection,
  useControl,
} from '../../stores/connection.ts'
import { api } from '../../stores/services.ts'
import { useSystem } from '../../stores/live-stats.ts'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import { Setting } from './setting.tsx'

/** Whether this page may end and change processes, and how to let it. */
export function ControlAccess() {
  const reason = useControl()
  const { state, refused } = useConnection('stats')
  const silent = isSilent(state) && !refused
  const elevated = useSystem((system) => system?.elevated ?? null)
  const user = useSystem((system) => system?.user ?? null)
  const works = reason === null && !isSilent(state)
  return (
    <section className="card" aria-label="Commands">
      <h2>Commands</h2>
      <div className="setting">
        <span>
          End, suspend, priority
          <small>
            {works
              ? elevated === true
                ? `This page may act on processes of every user: the service runs elevated, as ${user ?? 'root'}.`
                : `This page may act on processes of ${user ?? 'the user who started it'}. Those of others need an elevated start.`
              : silent
                ? 'Off while the service does not answer.'
                : reason === undefined
                  ? 'Asking the service…'
                  : `Looking only. ${reason?.message ?? ''}`}
          </small>
        </span>
        <span className="state">
          <Icon name={works ? 'good' : 'lock'} />
          {works ? 'on' : 'off'}
        </span>
      </div>
      <Setting
        title="End with undo"
        says="End suspends first and ends after 10 s; until then Undo or Resume takes it back. A forced end cannot be taken back."
      >
        <Undo />
      </Setting>
      <Setting title="Actions log" says="What was ended or changed, and what came of it.">
        <Link className="btn line" href="/actions">
          Show the log
        </Link>
      </Setting>
      {reason != null && <PasteToken />}
    </section>
  )
}

function Undo() {
  const on = usePreference('endWithUndo')
  return (
    <Segments
      label="End with undo"
      value={on ? 'on' : 'off'}
      options={[
        { value: 'on', text: 'On' },
        { value: 'off', text: 'Off' },
      ]}
      onChange={(value) => setPreference('endWithUndo', value === 'on')}
    />
  )
}

function PasteToken() {
  const [text, setText] = useState('')
  const usable = /^[A-Za-z0-9_-]{43}$/.test(text.trim())
  return (
    <form
      className="setting"
      onSubmit={(event) => {
        event.preventDefault()
        if (!usable) return
        api.pasteToken(text)
        setText('')
        void api.readyControl().then((refusal) => {
          control.set(refusal)
          for (const service of [connections.stats, connections.accuracy]) service.get().retryNow()
          return refusal
        })
      }}
    >
      <label htmlFor="token">
        Token
        <small>
          43 characters, from control.token or, for looking only, read.token in the run directory of
          the services. Forgotten when this page is left or loaded anew.
        </small>
      </label>
      <span className="state">
        <input
          id="token"
          className="pastein"
          type="password"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button look="line" type="submit" disabled={!usable}>
          Use
        </Button>
      </span>
    </form>
  )
}
