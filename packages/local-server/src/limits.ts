/** Limits of every HTTP server of ours. Node's own would leave a slow-header connection open for a minute. */
export const SERVER_LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  /** A missing Host is answered by the guard, like a wrong one. */
  requireHostHeader: false,
} as const
