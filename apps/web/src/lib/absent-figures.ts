interface Told {
  /** A driver tells who uses its card. */
  readonly hasGpuUsers: boolean
  readonly hasGpu: boolean
  readonly canTellNetwork: boolean
}

/** One line on what no list here can show, and why; empty when nothing is missing. */
export function absentFigures({ hasGpuUsers, hasGpu, canTellNetwork }: Told): string {
  return [
    canTellNetwork ? null : 'Network: the system does not tell who uses it.',
    hasGpuUsers
      ? null
      : hasGpu
        ? 'GPU: the driver does not tell who uses it.'
        : 'GPU: no card is seen.',
  ]
    .filter((line) => line !== null)
    .join(' ')
}
