import type { Asset } from './assets.ts'

export interface EncodedBody {
  readonly encoding: 'br' | 'gzip' | null
  readonly body: Buffer
}

/** Chooses the smallest form the client accepts. Source: RFC 9110 section 12.5.3; `q=0` refuses a coding. */
export function chooseEncoding(acceptEncoding: string | undefined, asset: Asset): EncodedBody {
  const accepted = parseAcceptEncoding(acceptEncoding ?? '')
  if (asset.br !== null && accepted('br')) return { encoding: 'br', body: asset.br }
  if (asset.gzip !== null && accepted('gzip')) return { encoding: 'gzip', body: asset.gzip }
  return { encoding: null, body: asset.identity }
}

function parseAcceptEncoding(header: string): (coding: string) => boolean {
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    if (coding !== '') weights.set(coding, Number.isFinite(weight) ? weight : 0)
  }
  return (coding) => (weights.get(coding) ?? weights.get('*') ?? 0) > 0
}
