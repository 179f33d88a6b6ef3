import { LiveControl } from './live-control.tsx'
import { ThemeButton } from './theme-button.tsx'

export function AppBar() {
  return (
    <header className="appbar">
      <span className="grow" />
      <LiveControl />
      <ThemeButton />
    </header>
  )
}
