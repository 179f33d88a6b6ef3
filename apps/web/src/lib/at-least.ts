/** Why a sum is only a least value; `null`: nothing is missing from it. */
export function atLeastHint(denied: number, count: number): string | null {
  if (denied === 0) return null
  return `At least: ${denied} of ${count} processes could not be read, that needs permission.`
}
