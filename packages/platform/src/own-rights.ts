import { ownRights as linuxRights, type Rights } from './linux/rights.ts'
import { isElevated } from './windows/own-rights.ts'

/** What this process may do to processes of other users. Under Windows both hang on the rights of an administrator. */
export function ownRights(): Rights {
  if (process.platform !== 'win32') return linuxRights()
  const control = isElevated()
  return { control, details: control }
}
