import type { IconName } from '../components/icon.tsx'

export interface Page {
  readonly path: string
  readonly name: string
  readonly icon: IconName
  /** Second letter after `g`. */
  readonly letter: string
  /** Their tabs have room for five; the search finds it there too. */
  readonly isLeftOutOnPhones?: true
}

/** Pages of the rail, in order. */
export const PAGES: readonly Page[] = [
  { path: '/', name: 'Overview', icon: 'overview', letter: 'o' },
  { path: '/apps', name: 'Apps', icon: 'apps', letter: 'a' },
  { path: '/processes', name: 'Processes', icon: 'processes', letter: 'p' },
  { path: '/performance', name: 'Performance', icon: 'performance', letter: 'f' },
  { path: '/services', name: 'Services', icon: 'service', letter: 's', isLeftOutOnPhones: true },
  {
    path: '/containers',
    name: 'Containers',
    icon: 'container',
    letter: 'c',
    isLeftOutOnPhones: true,
  },
  { path: '/startup', name: 'Startup', icon: 'startup', letter: 't', isLeftOutOnPhones: true },
  { path: '/users', name: 'Users', icon: 'user', letter: 'u', isLeftOutOnPhones: true },
]

export function isCurrent(page: Page, location: string): boolean {
  return page.path === '/'
    ? location === '/'
    : location === page.path || location.startsWith(`${page.path}/`)
}
