import type { BoardInfo } from '../machine-info.ts'

/** What the first source leaves open comes from the second. */
export const joinBoards = (first: BoardInfo, second: BoardInfo | null): BoardInfo => ({
  manufacturer: first.manufacturer ?? second?.manufacturer ?? null,
  model: first.model ?? second?.model ?? null,
  bios: first.bios ?? second?.bios ?? null,
})
