/**
 * Options that take from a service with rights over others what it never needs: it can write to these directories alone
 * and start no program. Reading stays free, since it measures every mounted file system. Add-ons are allowed for the
 * foreign function library, so this bounds mistakes and not code that was let in: that is what the capabilities are for.
 */
export function restrictedNodeFlags(writable: readonly string[]): string[] {
  return [
    '--permission',
    '--allow-addons',
    // Node 24 does not restrict the network and does not know the option.
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
    '--allow-fs-read=*',
    ...writable.map((directory) => `--allow-fs-write=${directory}`),
    // Both say on every start that the two options above weaken the rest.
    '--disable-warning=PERM0001',
    '--disable-warning=ExperimentalWarning',
  ]
}
