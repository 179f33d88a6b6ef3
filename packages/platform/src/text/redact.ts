/**
 * Secrets on command lines, replaced before a line is sent, stored or logged. Best effort: what does not look
 * like a secret is not known to be one. File paths stay.
 */

const MASK = '********'

// A whole part of the name between separators; the long words also at the end of a part (`PGPASSWORD`).
const SECRET_NAME =
  /(?:^|[-_.])(?:[a-z0-9]*(?:password|passwd|passphrase|secret|token|credential|apikey)|pwd|api[-_]key|access[-_]?key|private[-_]?key|auth|session|cookie|connection[-_]?string)s?\d*(?:$|[-_.])/
const NOT_SECRET =
  /^(?:-{0,2})(?:oldpwd|author|authors|authority|authfile|xauthority|tokeniz\w*|session[-_]?(?:id|type|class|manager|bus\w*)|xdg_session_\w+|dbus_session_bus_\w+|auth[-_]?(?:type|method|mode|plugin)|.*(?:file|path|dir|socket|provider))$/i

const NAME_VALUE = /^(-{0,2}[A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s
const OPTION = /^-{1,2}[A-Za-z][A-Za-z0-9_.-]*$/
// The scheme is bounded: a long text without any would else be searched again from each of its characters.
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,40}:\/\/[^\s/:@]*):[^\s/@]+@/gi
const AUTHORIZATION = /\b(authorization\s*:\s*)(?:(?:bearer|basic|digest|token)\s+)?[^\s"']+/gi
const KNOWN_SHAPES =
  /\b(?:ghp_[A-Za-z0-9]{20,}|gh[ousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[a-z]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{20,}|AKIA[A-Z0-9]{16}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)/g
/** Tokens of this product where they show what they are, and a one-time code in an address that a browser was given. */
const OWN_SHAPES = /(\btmp\.bearer\.|#k=)[A-Za-z0-9_-]{22,}/g
/** A token of this product as an argument of its own: 32 random bytes have all three kinds of characters. */
const OWN_TOKEN = /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9_-]{43}$/
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const MYSQL_TOOL =
  /(?:^|\/)(?:mysql|mysqldump|mysqladmin|mysqlimport|mysqlcheck|mysqlshow|mariadb(?:-\w+)?)$/

function isSecretName(name: string): boolean {
  if (name === 'PWD' || NOT_SECRET.test(name)) return false
  const parts = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase() // humps: `dbPassword`
  return SECRET_NAME.test(parts)
}

/** Secrets that show by their shape alone, anywhere in a text. */
export function redactShapes(text: string): string {
  if (text.length < 8) return text
  return text
    .replace(PEM, MASK)
    .replace(URL_PASSWORD, `$1:${MASK}@`)
    .replace(AUTHORIZATION, `$1${MASK}`)
    .replace(KNOWN_SHAPES, MASK)
    .replace(OWN_SHAPES, `$1${MASK}`)
}

/** The arguments of a process with their secrets masked: `--x=v`, `--x v`, `X=v`, `-pv` of the MySQL tools, URLs, headers, keys. */
export function redactArguments(args: readonly string[]): string[] {
  const isMysql = MYSQL_TOOL.test(args[0] ?? '')
  let maskNext = false
  return args.map((argument, index) => {
    if (maskNext && !argument.startsWith('-')) {
      maskNext = false
      return MASK
    }
    maskNext = false
    if (index === 0) return redactShapes(argument)
    const pair = NAME_VALUE.exec(argument)
    if (pair !== null) {
      const [, name = '', value = ''] = pair
      return value !== '' && isSecretName(name) ? `${name}=${MASK}` : redactShapes(argument)
    }
    if (OPTION.test(argument) && isSecretName(argument)) maskNext = true
    if (isMysql && /^-p./.test(argument)) return `-p${MASK}`
    return OWN_TOKEN.test(argument) ? MASK : redactShapes(argument)
  })
}
