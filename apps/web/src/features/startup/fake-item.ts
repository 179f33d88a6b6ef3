import type { StartupItem } from '@taskmanager/contracts'

/** An entry for tests: what starts with everybody's session. */
export function fakeItem(name: string, change: Partial<StartupItem> = {}): StartupItem {
  return {
    id: name,
    name,
    command: `/usr/bin/${name} --quiet`,
    app_id: `org.example.${name}`,
    kind: 'desktop_entry',
    scope: 'everybody',
    file: `/etc/xdg/autostart/org.example.${name}.desktop`,
    schedule: null,
    next_at_ms: null,
    runs_as: null,
    state: 'enabled',
    reason: null,
    fixed: null,
    ...change,
  }
}
