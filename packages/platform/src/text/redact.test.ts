import { expect, test } from 'vitest'
import { redactArguments, redactShapes } from './redact.ts'

const M = '********'

test.each<[string[], string[]]>([
  [['--password=hunter2'], [`--password=${M}`]],
  [
    ['--api-key', 'abc'],
    ['--api-key', M],
  ],
  [['PGPASSWORD=x'], [`PGPASSWORD=${M}`]],
  [['MYSQL_PWD=x'], [`MYSQL_PWD=${M}`]],
  [['-DdbPassword=x'], [`-DdbPassword=${M}`]],
  [['-Dspring.datasource.password=x'], [`-Dspring.datasource.password=${M}`]],
  [['GITHUB_TOKEN=x'], [`GITHUB_TOKEN=${M}`]],
  [['postgres://anna:pw@db/x'], [`postgres://anna:${M}@db/x`]],
  [
    ['-H', 'Authorization: Bearer abc.def'],
    ['-H', `Authorization: ${M}`],
  ],
])('masks %j', (given, expected) => {
  expect(redactArguments(['tool', ...given])).toEqual(['tool', ...expected])
})

test.each([
  [['--author=anna']],
  [['--authorize=all']],
  [['PWD=/home/anna']],
  [['--token-file', '/run/token']],
  [['--session-id=4']],
  [['--password-file=/etc/x']],
  [['--tokenizer=bpe']],
  [['--password', '--verbose']],
  [['-port', '-p3306']],
  [['https://host:8080/a']],
])('leaves %j', (given) => {
  expect(redactArguments(['tool', ...given])).toEqual(['tool', ...given])
})

test('the MySQL tools take the password with -p', () => {
  expect(redactArguments(['/usr/bin/mysql', '-psecret'])).toEqual(['/usr/bin/mysql', `-p${M}`])
})

test.each([
  `ghp_${'a'.repeat(30)}`,
  `AKIA${'A'.repeat(16)}`,
  `sk-${'a'.repeat(30)}`,
  '-----BEGIN RSA PRIVATE KEY-----\nabc',
])('knows %j by its shape', (secret) => {
  expect(redactShapes(`x ${secret}`)).toBe(`x ${M}`)
})
