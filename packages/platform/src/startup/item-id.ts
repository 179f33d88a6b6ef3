import { createHash } from 'node:crypto'

/** Opaque: what a client sends back is looked up among these and never becomes a path. */
export const idOf = (kind: string, key: string): string =>
  createHash('sha256').update(`${kind}\0${key}`).digest('base64url').slice(0, 22)
