/** What came of one test that ran under Wine. */
export interface SuiteResult {
  readonly name: string
  /** `pass`, `fail` or `skip`. */
  readonly state: string
  readonly errors: readonly string[]
}
