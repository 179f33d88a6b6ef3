import { SYSTEM_NAME } from '../launcher/system-stats.ts'

/** Everything that the installer makes outside of this folder. The run directory and the state directory are made by systemd. */
export const PLACES = {
  tree: `/opt/${SYSTEM_NAME}`,
  /** Inside the tree: who made it, so that nothing else is taken for it. */
  mark: `/opt/${SYSTEM_NAME}/INSTALLED_BY`,
  unit: `/etc/systemd/system/${SYSTEM_NAME}.service`,
  runDir: `/run/${SYSTEM_NAME}`,
  stateDir: `/var/lib/${SYSTEM_NAME}`,
} as const

/** First line of the unit and of the mark: only what begins with it is replaced or removed. */
export const MARK =
  "# Task Manager Pro's stats service of the system, written by: npm run system-stats -- install"
