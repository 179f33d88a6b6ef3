import type { ProcessKind } from '@taskmanager/contracts'
import type { IconName } from './icon.tsx'

const ICONS: Record<ProcessKind | 'not_permitted' | 'unattributed', IconName> = {
  app: 'window',
  service: 'service',
  terminal: 'terminal',
  container: 'container',
  background: 'service',
  kernel: 'cpu',
  not_permitted: 'lock',
  unattributed: 'more',
}

/** The glyph that says what kind of program it is. */
export function kindIcon(kind: ProcessKind | 'not_permitted' | 'unattributed'): IconName {
  return ICONS[kind]
}
