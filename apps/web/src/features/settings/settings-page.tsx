import { INTERVALS_MS } from '@taskmanager/contracts'
import { Banners } from '../../components/banners.tsx'
import { Segments } from '../../components/button.tsx'
import { setPreference, usePreference } from '../../stores/preferences.ts'
import { Abilities } from './abilities.tsx'
import { ControlAccess } from './control-access.tsx'
import { Choice, Setting } from './setting.tsx'
import { Remembered } from './remembered.tsx'

/** What this browser remembers, and what the service can do here. */
export function SettingsPage() {
  return (
    <>
      <div className="pagehead">
        <h1 className="sentence">
          <b>Settings</b> – kept in this browser.
        </h1>
      </div>
      <Banners />
      <div className="settings">
        <section className="card" aria-label="Looks">
          <h2>Looks</h2>
          <Choice
            name="theme"
            title="Theme"
            options={{ system: 'As the system', light: 'Light', dark: 'Dark' }}
          />
          <Choice
            name="contrast"
            title="Contrast"
            options={{ system: 'As the system', normal: 'Normal', more: 'More' }}
            says="More: real lines, no tints, 7 to 1."
          />
          <Choice
            name="density"
            title="Rows"
            options={{ compact: 'Compact', comfortable: 'Comfortable' }}
          />
        </section>
        <section className="card" aria-label="Numbers">
          <h2>Numbers</h2>
          <Setting title="Refresh" says="Slower costs less; a hidden tab asks every 5 s.">
            <Interval />
          </Setting>
          <Choice
            name="cpuScale"
            title="CPU of a process"
            options={{ machine: 'Share of the machine', core: 'Share of one core' }}
            says="Of the machine: 100 % is all cores. Of one core: as in top and htop."
          />
          <Choice
            name="memoryUnit"
            title="Memory and drives"
            options={{ gib: 'GiB (by 1024)', gb: 'GB (by 1000)' }}
          />
          <Choice
            name="networkUnit"
            title="Network"
            options={{ bits: 'Bits (Mbit/s)', bytes: 'Bytes (MB/s)' }}
          />
          <Choice
            name="temperatureUnit"
            title="Temperature"
            options={{ celsius: '°C', fahrenheit: '°F' }}
          />
        </section>
        <section className="card" aria-label="Keyboard">
          <h2>Keyboard</h2>
          <Setting
            title="Single letters"
            says="g o, p, [, * and the like. Off: only Enter, Esc, Del, Space, arrows, and keys with Ctrl."
          >
            <Letters />
          </Setting>
        </section>
        <Remembered />
        <ControlAccess />
        <Abilities />
      </div>
    </>
  )
}

function Interval() {
  const intervalMs = usePreference('intervalMs')
  return (
    <Segments
      label="Refresh every"
      value={intervalMs}
      options={INTERVALS_MS.map((value) => ({ value, text: `${value / 1000} s` }))}
      onChange={(value) => setPreference('intervalMs', value)}
    />
  )
}

function Letters() {
  const on = usePreference('letterShortcuts')
  return (
    <Segments
      label="Single letters"
      value={on ? 'on' : 'off'}
      options={[
        { value: 'on', text: 'On' },
        { value: 'off', text: 'Off' },
      ]}
      onChange={(value) => setPreference('letterShortcuts', value === 'on')}
    />
  )
}
