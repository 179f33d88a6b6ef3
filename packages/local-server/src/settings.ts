/** A setting that cannot be used. The message names the setting, its value and what it must be. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** A setting that is on or off; off when it is not there. @throws ConfigError */
export function readFlag(env: NodeJS.ProcessEnv, key: string): boolean {
  const text = env[key] ?? ''
  if (['', '0', 'false', 'no'].includes(text)) return false
  if (['1', 'true', 'yes'].includes(text)) return true
  throw new ConfigError(`${key} is ${JSON.stringify(text)}; it must be 1 or 0.`)
}
