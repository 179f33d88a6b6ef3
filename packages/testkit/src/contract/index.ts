export * from './expect-sane.ts'
export * from './machine-contract.ts'
export * from './process-table-contract.ts'
