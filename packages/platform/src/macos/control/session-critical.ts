/**
 * Programs of macOS whose end logs everybody out or takes the disks, the network or the accounts along. By name, so it
 * warns and never forbids.
 */
const NAMES: ReadonlySet<string> = new Set([
  'WindowServer',
  'loginwindow',
  'launchd',
  'opendirectoryd',
  'securityd',
  'configd',
  'diskarbitrationd',
  'notifyd',
  'logd',
  'sshd',
])

/** Whether the typed name is needed before it is ended. */
export const isSessionCritical = (name: string): boolean => NAMES.has(name)
