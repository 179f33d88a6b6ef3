import { burner, named, storm, type KnownProcess } from '@taskmanager/testkit'

/** Programs with names anybody knows, some of them busy: what the pictures show instead of this machine's own. */
export async function startDemoPrograms(): Promise<AsyncDisposable & { count: number }> {
  const programs: KnownProcess[] = await Promise.all([
    named('postgres', '-D', '/var/lib/postgresql/16/main'),
    named('redis-server', '*:6379'),
    named('nginx', '-g', 'daemon off;'),
    named('webshop', '--port', '8080'),
    named('backup', '--to', 'nas:/weekly'),
    named('syncthing', 'serve'),
    burner({ percent: 35, threads: 1, memoryBytes: 300 * 2 ** 20 }),
    burner({ percent: 8, threads: 4, memoryBytes: 120 * 2 ** 20 }),
    storm(),
  ])
  return {
    count: programs.length,
    async [Symbol.asyncDispose]() {
      await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()))
    },
  }
}
