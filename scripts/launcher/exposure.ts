import { join } from 'node:path'
import type { RemoteAccess } from '../../packages/local-server/src/remote-access.ts'
import type { Ports } from './services.ts'
import { CONTROL_TOKEN_FILE, READ_TOKEN_FILE } from './tokens.ts'

/** What other computers reach from now on, and how; said at every start that lets them in. */
export function describeExposure(remote: RemoteAccess, ports: Ports, runDir: string): string {
  const { addresses, hostNames, control } = remote
  const urls = hostNames.map((name) => new URL(`https://${name}:${ports.pages}`).origin)
  const file = join(runDir, control ? CONTROL_TOKEN_FILE : READ_TOKEN_FILE)
  return [
    `Other computers reach it at ${urls.join(' and ')}, by TLS:`,
    `  listening on ${addresses.join(' and ')}, ports ${ports.pages}, ${ports.stats} and ${ports.accuracy};`,
    control
      ? '  with the control token they may look at everything and end processes (TASKMANAGER_REMOTE_CONTROL is on);'
      : '  with the token they may look at everything, and change nothing;',
    `  the token to paste is in ${file}`,
  ].join('\n')
}
