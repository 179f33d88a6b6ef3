// Types of toolchain.mjs for projects that do not check JavaScript.
export const ROOT: string
export const TOOLS_DIR: string
export function atLeast(version: string, minimum: string): boolean
export function fetchTool(tool: 'node' | 'pnpm' | 'chromium', system?: string): string
export function fetchPackage(
  folder: string,
  pkg: { name: string; version: string; integrity: string },
  more: { help: string; isForeign?: boolean },
): string
export function nodeBinary(): string
export function pnpmBinary(): string
