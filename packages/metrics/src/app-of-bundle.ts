/** The outermost bundle: those inside it are helpers of the app. Source: Apple's Bundle Programming Guide. */
const BUNDLE = /^(\/(?:[^/]+\/)*?)([^/]+)\.app\/Contents\//
/** Of the system, and of apps that update or watch something: they have no window a person would look for. */
const HIDDEN = /\/Library\//
/** The one of them that everybody sees. */
const FINDER = 'Finder'

/** The bundle of macOS that a program lies in, and whether people know it as an app; null where it lies in none. */
export function bundleOf(exe: string): { name: string; isApp: boolean } | null {
  const [, folder = '', name] = BUNDLE.exec(exe) ?? []
  return name === undefined ? null : { name, isApp: !HIDDEN.test(folder) || name === FINDER }
}
