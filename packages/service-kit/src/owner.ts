/**
 * The user the services belong to: who may read without a token, and who must own the token files.
 * Started through sudo or pkexec that is the calling user, not root. `null` where users have no number (Windows).
 */
export function ownerUid(env: NodeJS.ProcessEnv = process.env): number | null {
  const own = process.getuid?.()
  if (own === undefined) return null
  if (own !== 0) return own
  const caller = env['SUDO_UID'] ?? env['PKEXEC_UID'] ?? ''
  return /^\d{1,10}$/.test(caller) ? Number(caller) : own
}
