import { ownRights as linuxRights, type Rights } from './linux/rights.ts'
import { CURRENT_PROCESS, tokenCalls } from './windows/tokens.ts'

/** What this process may do to processes of other users. Under Windows both hang on the rights of an administrator. */
export function ownRights(): Rights {
  if (process.platform !== 'win32') return linuxRights()
  const control = tokenCalls()?.isElevated(CURRENT_PROCESS) === true
  return { control, details: control }
}
