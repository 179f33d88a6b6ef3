import type { TestContext } from 'vitest'
import { sendThrough, type Request } from './send-elsewhere.ts'

/** Not root, not us, and on every Unix. */
const NOBODY = '65534'

/** Sends requests as another user of this computer; skips the test, with the reason, where nobody can become one. */
export async function sendAsOtherUser(
  context: TestContext,
  requests: readonly Request[],
): Promise<number[]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    context.skip('needs Linux and root, to become another user')
  return sendThrough(['setpriv', '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups'], requests)
}
