import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface MadeCertificate {
  /** Files in PEM form. */
  readonly cert: string
  readonly key: string
  /** SHA-256 of its public key, base64: what Chromium calls the SPKI hash. */
  readonly spki: string
}

export const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0

/** A certificate that vouches for itself, valid for a month, for names such as `DNS:monitor.test` and `IP:192.0.2.1`. */
export function makeCertificate(folder: string, names: readonly string[]): MadeCertificate {
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const about = ['-subj', '/CN=Test', '-addext', `subjectAltName=${names.join(',')}`, '-days', '30']
  const args = ['req', '-x509', ...curve, ...about, '-keyout', key, '-out', cert]
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl: ${stderr}`)
  const { publicKey } = new X509Certificate(readFileSync(cert))
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return { cert, key, spki: createHash('sha256').update(der).digest('base64') }
}
