import { NoBusError, type DBusError } from '../dbus/dbus-connection.ts'
import { cleanText, cut } from '../text/clean.ts'

/** Why nothing of systemd is listed, as the rest of a sentence. */
export function whyMissing(error: NoBusError | DBusError): string {
  return error instanceof NoBusError
    ? `no D-Bus answers (${cut(cleanText(error.message), 200)})`
    : `systemd does not answer on D-Bus (${cut(cleanText(error.message), 200)})`
}
