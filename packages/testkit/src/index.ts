/**
 * For tests only.
 *
 *   await using machine = await unpack('debian-12-vm')      roots of a recorded machine: procRoot, sysRoot, etcRoot
 *   fakeClock()                                             moves only when told
 *   fakeProcessTable([{ pid: 1, cpuMs: 40 }])               finds what a test puts into it
 *   await using work = await burner({ percent: 20 })        a process of known work with its own CPU clock
 *   sleeper() termIgnorer() zombies(n) crowd(n) storm() hostileProcesses() named('postgres')
 *
 * `@taskmanager/testkit/contract` holds what every provider keeps: processTableContract, machineContract. It runs in
 * vitest only.
 */
export * from './archive.ts'
export * from './unpack.ts'
export * from './fake-clock.ts'
export * from './fake-process-table.ts'
export * from './known-process.ts'
export * from './known-work.ts'
export * from './odd-processes.ts'
export * from './table-rows.ts'
