import { Icon } from '../components/icon.tsx'
import { MODIFIER_KEY } from '../lib/modifier-key.ts'
import { LiveControl } from './live-control.tsx'
import { ThemeButton } from './theme-button.tsx'

interface AppBarProps {
  readonly onSearch: () => void
}

export function AppBar({ onSearch }: AppBarProps) {
  return (
    <header className="appbar">
      <button
        type="button"
        className="omni"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={onSearch}
      >
        <Icon name="search" />
        <span className="cut">Search or run a command</span>
        <kbd aria-hidden="true">{MODIFIER_KEY}</kbd>
        <kbd aria-hidden="true">K</kbd>
      </button>
      <span className="grow" />
      <LiveControl />
      <ThemeButton />
    </header>
  )
}
