// Our engine, one sweep per line of standard input.
import { answerLines } from './answer-lines.ts'
import { measured } from './measured.ts'
import { ourEngine } from './our-engine.ts'

const engine = await ourEngine(process.argv[2] ?? 'sweep')
await answerLines(() => measured(() => engine.sweep()))
engine.close()
