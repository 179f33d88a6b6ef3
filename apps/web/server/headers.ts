export interface ServicePorts {
  readonly stats: number
  readonly accuracy: number
}

/** Browser features the page never uses. Clipboard writing stays: "Copy" buttons need it. */
const SWITCHED_OFF_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
] as const

/**
 * The page's Content-Security-Policy: it may run and load what this server sends and talk to our two services, nothing
 * else. Rows and popups are placed by the object model of styles, which it leaves alone. No `upgrade-insecure-requests`: Safari would turn `http://localhost` into https.
 */
export function contentSecurityPolicy(
  ports: ServicePorts,
  hostNames: readonly string[] | null,
): string {
  const tls = hostNames === null ? '' : 's'
  const services = [ports.stats, ports.accuracy].flatMap((port) =>
    (hostNames ?? ['localhost', '127.0.0.1']).flatMap((host) => [
      `http${tls}://${host}:${port}`,
      `ws${tls}://${host}:${port}`,
    ]),
  )
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${services.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

/**
 * Headers of every answer, errors included.
 * @param hostNames names of this computer for others, which reach it by TLS; `null`: for this computer itself
 */
export function securityHeaders(
  ports: ServicePorts,
  hostNames: readonly string[] | null,
): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(ports, hostNames),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': SWITCHED_OFF_FEATURES.map((feature) => `${feature}=()`).join(', '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}
