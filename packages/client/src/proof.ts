/**
 * Who is on the port? A service of ours shows that it knows the token without saying it (security.md T8):
 * `proof = base64url(HMAC-SHA256(readToken, "health-v1|<service>|<challenge>"))`, `readToken` itself being
 * `base64url(HMAC-SHA256(controlToken, "read-v1"))`. `crypto.subtle` exists on localhost.
 */

const encoder = new TextEncoder()

/** 128 random bits, base64url. */
export function createChallenge(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
}

export function deriveReadToken(controlToken: string): Promise<string> {
  return hmac(controlToken, 'read-v1')
}

export function expectedProof(
  readToken: string,
  service: string,
  challenge: string,
): Promise<string> {
  return hmac(readToken, `health-v1|${service}|${challenge}`)
}

async function hmac(key: string, text: string): Promise<string> {
  const cryptoKey = await crypto.subtle.importKey(
    'raw',
    encoder.encode(key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  return toBase64Url(
    new Uint8Array(await crypto.subtle.sign('HMAC', cryptoKey, encoder.encode(text))),
  )
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
