import { expect, test } from 'vitest'
import { redactArguments, redactShapes } from './redact.ts'

const M = '********'
const OWN = 'q7Jb0Zk2mXw9sT4uVr1yCe8dFh3gLi6nOp5aQxRzB_-'

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
  [
    ['--passwd=x', '--pwd=x'],
    [`--passwd=${M}`, `--pwd=${M}`],
  ],
  [
    ['--client-secret', 'x', 'next'],
    ['--client-secret', M, 'next'],
  ],
  [['AWS_SECRET_ACCESS_KEY=x'], [`AWS_SECRET_ACCESS_KEY=${M}`]],
  [
    ['--private-key=x', '--credential=x'],
    [`--private-key=${M}`, `--credential=${M}`],
  ],
  [
    ['--cookie=x', '--session=x', '--auth=x'],
    [`--cookie=${M}`, `--session=${M}`, `--auth=${M}`],
  ],
  [['--connection-string=Server=x;Pwd=y'], [`--connection-string=${M}`]],
  [['authorization: basic YTpi'], [`authorization: ${M}`]],
  [['amqps://u:p@h/v?x=1'], [`amqps://u:${M}@h/v?x=1`]],
  [[OWN], [M]],
  [[`tmp.v1, tmp.bearer.${OWN}`], [`tmp.v1, tmp.bearer.${M}`]],
  [[`http://localhost:5173/#k=${'k'.repeat(22)}`], [`http://localhost:5173/#k=${M}`]],
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
  [['/home/anna/secret/token.txt', '/opt/password-store']],
  [['--output', '/srv/api_key.json']],
  [['http://localhost:5173/#processes']],
  [['d'.repeat(43)]],
  [['--monkey=x', '--compassion=x']],
])('leaves %j', (given) => {
  expect(redactArguments(['tool', ...given])).toEqual(['tool', ...given])
})

test('the MySQL tools take the password with -p', () => {
  expect(redactArguments(['/usr/bin/mysql', '-psecret'])).toEqual(['/usr/bin/mysql', `-p${M}`])
})

test.each([
  `ghp_${'a'.repeat(30)}`,
  `gho_${'a'.repeat(30)}`,
  `github_pat_${'a'.repeat(30)}`,
  `glpat-${'a'.repeat(20)}`,
  'xoxb-123456789012-abc',
  `AKIA${'A'.repeat(16)}`,
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
  `sk-${'a'.repeat(30)}`,
  '-----BEGIN RSA PRIVATE KEY-----\nabc',
])('knows %j by its shape', (secret) => {
  expect(redactShapes(`x ${secret}`)).toBe(`x ${M}`)
})
