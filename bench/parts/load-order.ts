/** What the load generator is asked for. */
export interface LoadOrder {
  port: number
  path: string
  /** null: as fast as the answers come. */
  perSecond: number | null
  seconds: number
  connections: number
}

export interface LoadAnswer {
  /** Of every answer, from the instant the request was due. */
  latenciesMs: number[]
  tookMs: number
  /** Answers with another status than 200. */
  failures: number
  /** Of the last body. */
  bytes: number
}
