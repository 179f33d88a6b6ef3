import { Icon } from '../../components/icon.tsx'
import type { InfoState } from './use-process-info.ts'

/** Why a section has no list: still coming, not permitted, or not here. `section`: what the answer holds. */
export function SectionNote({ state, section }: { state: InfoState; section: unknown }) {
  if (state.info === undefined) {
    return (
      <p className="dr-note">
        {state.state === 'loading'
          ? 'Reading…'
          : (state.error?.message ?? 'This process has ended.')}
      </p>
    )
  }
  if (section === null) {
    return (
      <p className="dr-note">
        <Icon name="lock" />
        Needs permission: it belongs to {state.info.user ?? 'another user'}.
      </p>
    )
  }
  return null
}
