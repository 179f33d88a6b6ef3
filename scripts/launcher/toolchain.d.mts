// Types of toolchain.mjs for projects that do not check JavaScript.
export const ROOT: string
export const TOOLS_DIR: string
export function atLeast(version: string, minimum: string): boolean
export function fetchTool(tool: 'node' | 'pnpm' | 'chromium'): string
export function nodeBinary(): string
export function pnpmBinary(): string
