import type { SystemInfo } from '@taskmanager/contracts'
import type { IconName } from '../components/icon.tsx'

export interface Page {
  readonly path: string
  readonly name: string
  readonly icon: IconName
  /** Second letter after `g`. */
  readonly letter: string
  /** Their tabs have room for five; the search finds it there too. */
  readonly isLeftOutOnPhones?: true
  /** Capability of the system without which there is nothing to show. */
  readonly needs?: string
}

/** Pages of the rail, in order. */
export const PAGES: readonly Page[] = [
  { path: '/', name: 'Overview', icon: 'overview', letter: 'o' },
  { path: '/apps', name: 'Apps', icon: 'apps', letter: 'a' },
  { path: '/processes', name: 'Processes', icon: 'processes', letter: 'p' },
  { path: '/performance', name: 'Performance', icon: 'performance', letter: 'f' },
  {
    path: '/services',
    name: 'Services',
    icon: 'service',
    letter: 's',
    needs: 'services',
    isLeftOutOnPhones: true,
  },
  {
    path: '/containers',
    name: 'Containers',
    icon: 'container',
    letter: 'c',
    needs: 'containers',
    isLeftOutOnPhones: true,
  },
  {
    path: '/startup',
    name: 'Startup',
    icon: 'startup',
    letter: 't',
    needs: 'startup',
    isLeftOutOnPhones: true,
  },
  { path: '/users', name: 'Users', icon: 'user', letter: 'u', isLeftOutOnPhones: true },
]

/** Those this system has something for. What is not known yet is not left out: nothing shall jump. */
export function offeredPages(system: Pick<SystemInfo, 'capabilities'> | null): readonly Page[] {
  return PAGES.filter(
    ({ needs }) => needs === undefined || system?.capabilities[needs]?.available !== false,
  )
}

export function isCurrent(page: Page, location: string): boolean {
  return page.path === '/'
    ? location === '/'
    : location === page.path || location.startsWith(`${page.path}/`)
}
