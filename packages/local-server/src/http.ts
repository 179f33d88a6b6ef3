/**
 * `node:http` without its ES facade, which reads every property of it, and one of them loads all of undici: 2 MB of
 * memory in each service for nothing.
 */
export const { createServer, get } = process.getBuiltinModule('node:http')
