/** The store's database: which paths are valid, what they refer to, which outputs derivations have.
 *  Only SQL lives here. Schema: nix/libstore/schema.sql of Guix 1.4 (version 7), which Nix can upgrade. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { forkGeneration } from '../../build-side/posix/fork.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import { type StorePath, storeDirectory } from '../formats/index.ts'
import type { StoreRows } from './reference-graph.ts'
import { takeReserve } from './reserve.ts'

/** What `db/schema` says of databases made by guix-daemon. */
const schemaVersion = 7
/** Later versions, made by Nix, only add columns that strata leaves alone. */
const latestKnownVersion = 10

const schema = `
create table if not exists ValidPaths (
    id               integer primary key autoincrement not null,
    path             text unique not null,
    hash             text not null,
    registrationTime integer not null,
    deriver          text,
    narSize          integer
);
create table if not exists Refs (
    referrer  integer not null,
    reference integer not null,
    primary key (referrer, reference),
    foreign key (referrer) references ValidPaths(id) on delete cascade,
    foreign key (reference) references ValidPaths(id) on delete restrict
);
create index if not exists IndexReferrer on Refs(referrer);
create index if not exists IndexReference on Refs(reference);
create trigger if not exists DeleteSelfRefs before delete on ValidPaths
  begin
    delete from Refs where referrer = old.id and reference = old.id;
  end;
create table if not exists DerivationOutputs (
    drv  integer not null,
    id   text not null,
    path text not null,
    primary key (drv, id),
    foreign key (drv) references ValidPaths(id) on delete cascade
);
create index if not exists IndexDerivationOutputs on DerivationOutputs(path);
create table if not exists FailedPaths (
    path text primary key not null,
    time integer not null
);
`

export interface PathInfo {
  readonly path: StorePath
  /** `sha256:` and the base 16 digest of the NAR. */
  readonly hash: string
  readonly narSize: number
  /** The derivation it was built from, if known. */
  readonly deriver: StorePath | undefined
  readonly registrationTime: number
}

export interface Registration {
  readonly path: StorePath
  readonly hash: string
  readonly narSize: number
  readonly references: readonly StorePath[]
  readonly deriver?: StorePath | undefined
  /** For a derivation: its outputs. */
  readonly outputs?: ReadonlyMap<string, string> | undefined
}

/** What FILE says; nothing when it is missing or its writer was killed before it wrote anything. */
function readVersion(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return text === '' ? undefined : Number(text)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function writeVersion(file: string): void {
  const temporary = `${file}.tmp-${process.pid}`
  writeFileSync(temporary, String(schemaVersion))
  renameSync(temporary, file)
}

/** Primary result codes of SQLite that are not strata's fault, in words. */
const databaseErrors: ReadonlyMap<number, readonly [reason: string, hint: string | undefined]> = new Map([
  [5, ['another process keeps it locked', 'wait for that process, or end it']],
  [8, ['it is read-only', undefined]],
  [10, ['the disk cannot be read or written', 'strata gc frees what nothing uses']],
  [11, ['it is malformed', 'restore it from a backup']],
  [13, ['no space left on the device', 'strata gc frees what nothing uses']],
])

/** What a user can be told of an error of SQLite. */
function asDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return error
  const known = databaseErrors.get(error.errcode & 0xff)
  if (known === undefined) return error
  const [reason, hint] = known
  return new StrataError('cannot-use-database', `cannot use the database of the store: ${reason}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
}

function connect(file: string): DatabaseSync {
  const connection = new DatabaseSync(file, { timeout: 60_000 })
  connection.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on')
  return connection
}

/** Connections of the process that this one is a copy of: collected, they would be closed. */
const inherited: DatabaseSync[] = []

/** What ACTION returns; an error of SQLite is one that can be told. */
function guarded<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw asDatabaseError(error)
  }
}

/** A prepared statement. A damaged database is found when it is read. */
class Statement {
  readonly #statement: StatementSync

  constructor(statement: StatementSync) {
    this.#statement = statement
  }

  get(...parameters: SQLInputValue[]): Record<string, SQLOutputValue> | undefined {
    return guarded(() => this.#statement.get(...parameters))
  }

  all(...parameters: SQLInputValue[]): Record<string, SQLOutputValue>[] {
    return guarded(() => this.#statement.all(...parameters))
  }

  run(...parameters: SQLInputValue[]): void {
    guarded(() => this.#statement.run(...parameters))
  }
}

export class StoreDatabase {
  #connection: DatabaseSync
  #generation = forkGeneration()
  readonly #file: string
  readonly #statements = new Map<string, Statement>()

  /** Open, and create when absent, the database below `stateDirectory`.
   *  @throws StrataError `bad-database` for one made by a newer program or that is no database. */
  constructor(stateDirectory: string, file = join(stateDirectory, 'db/db.sqlite')) {
    const directory = dirname(file)
    const versionFile = join(stateDirectory, 'db/schema')
    // One that is called otherwise is no store's: it is there, or not.
    const isOwn = directory === join(stateDirectory, 'db')
    mkdirSync(directory, { recursive: true })
    const version = isOwn ? readVersion(versionFile) : existsSync(file) ? schemaVersion : undefined
    if (version !== undefined && !(version >= schemaVersion && version <= latestKnownVersion)) {
      throw new StrataError('bad-database', `${versionFile}: unknown schema version ${version}`)
    }
    try {
      this.#file = file
      this.#connection = connect(file)
      if (version === undefined) {
        this.transaction(() => this.#db.exec(schema))
        if (isOwn) writeVersion(versionFile)
      }
      if (isOwn) takeReserve(stateDirectory)
    } catch (cause) {
      const error = asDatabaseError(cause)
      if (error instanceof StrataError) throw error
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new StrataError('bad-database', `${file}: ${reason}`, { cause })
    }
  }

  /** The connection of this process: SQLite forbids to use that of the process which this one is a copy of. */
  get #db(): DatabaseSync {
    if (this.#generation !== forkGeneration()) {
      this.#generation = forkGeneration()
      this.#statements.clear()
      inherited.push(this.#connection)
      this.#connection = connect(this.#file)
    }
    return this.#connection
  }

  /** The database that is the file FILE, of a store or of none. */
  static openFile(file: string): StoreDatabase {
    return new StoreDatabase(dirname(dirname(file)), file)
  }

  /** Execute the statements SQL. */
  execute(sql: string): void {
    this.#db.exec(sql)
  }

  /** The number of PATH, if it is registered. */
  pathId(path: string): number | undefined {
    const id = this.prepare('select id from ValidPaths where path = ?').get(path)?.id
    return typeof id === 'number' ? id : undefined
  }

  private prepare(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = new Statement(guarded(() => this.#db.prepare(sql)))
      this.#statements.set(sql, statement)
    }
    return statement
  }

  private column(sql: string, name: string, ...parameters: string[]): string[] {
    return this.prepare(sql)
      .all(...parameters)
      .map((row) => String(row[name]))
  }

  isValid(path: string): boolean {
    return this.prepare('select 1 from ValidPaths where path = ?').get(path) !== undefined
  }

  /** Those of PATHS that are valid, as of one moment. */
  validAmong(paths: readonly StorePath[]): Set<StorePath> {
    return this.#inTransaction('begin', () => new Set(paths.filter((path) => this.isValid(path))))
  }

  pathInfo(path: string): PathInfo | undefined {
    const row = this.prepare('select hash, registrationTime, deriver, narSize from ValidPaths where path = ?').get(path)
    if (row === undefined) return undefined
    return {
      path: path as StorePath,
      hash: String(row.hash),
      narSize: Number(row.narSize ?? 0),
      deriver: row.deriver === null || row.deriver === '' ? undefined : (String(row.deriver) as StorePath),
      registrationTime: Number(row.registrationTime),
    }
  }

  references(path: string): StorePath[] {
    return this.column(
      `select r.path as path from Refs join ValidPaths r on r.id = Refs.reference
       join ValidPaths p on p.id = Refs.referrer where p.path = ? order by r.path`,
      'path',
      path,
    ) as StorePath[]
  }

  referrers(path: string): StorePath[] {
    return this.column(
      `select r.path as path from Refs join ValidPaths r on r.id = Refs.referrer
       join ValidPaths p on p.id = Refs.reference where p.path = ? order by r.path`,
      'path',
      path,
    ) as StorePath[]
  }

  /** The valid derivations with an output at `path`. */
  derivers(path: string): StorePath[] {
    return this.column(
      `select v.path as path from DerivationOutputs d join ValidPaths v on v.id = d.drv
       where d.path = ? order by v.path`,
      'path',
      path,
    ) as StorePath[]
  }

  /** Output names and paths of a valid derivation. */
  derivationOutputs(drv: string): Map<string, StorePath> {
    const rows = this.prepare(
      `select d.id as id, d.path as path from DerivationOutputs d join ValidPaths v on v.id = d.drv
       where v.path = ? order by d.id`,
    ).all(drv)
    return new Map(rows.map((row) => [String(row.id), String(row.path) as StorePath]))
  }

  /** The valid path whose hash part is PART, of 32 characters. */
  pathWithHashPart(part: string): StorePath | undefined {
    const prefix = `${storeDirectory}/${part}`
    return this.column('select path from ValidPaths where path >= ? limit 1', 'path', prefix).find((path) =>
      path.startsWith(prefix),
    ) as StorePath | undefined
  }

  validPaths(): StorePath[] {
    return this.column('select path from ValidPaths order by path', 'path') as StorePath[]
  }

  /** What the collector needs of all items, as of one moment. */
  rowsForMarking(): StoreRows {
    return this.#inTransaction('begin', () => ({
      items: this.#rows('select id, path from ValidPaths').map(([key, path]) => [
        Number(key),
        String(path) as StorePath,
      ]),
      references: this.#rows('select referrer, reference from Refs').map(([referrer, reference]) => [
        Number(referrer),
        Number(reference),
      ]),
      outputs: this.#rows(
        `select d.drv, v.id, v.deriver = p.path from DerivationOutputs d join ValidPaths v on v.path = d.path
         join ValidPaths p on p.id = d.drv`,
      ).map(([derivation, output, built]) => [Number(derivation), Number(output), built === 1]),
    }))
  }

  /** Rows as arrays, which are much cheaper than objects when there are many. */
  #rows(sql: string): SQLOutputValue[][] {
    return guarded(() => {
      const statement = this.#db.prepare(sql)
      statement.setReturnArrays(true)
      return statement.all() as unknown as SQLOutputValue[][]
    })
  }

  /** What `pragma integrity_check` finds, nothing in a sound database. */
  problems(): string[] {
    const found = this.column('pragma integrity_check', 'integrity_check')
    const dangling = this.prepare('pragma foreign_key_check').all().length
    return [...found.filter((line) => line !== 'ok'), ...(dangling > 0 ? [`${dangling} dangling references`] : [])]
  }

  /** Write the database anew without the space that deleted rows left. */
  vacuum(): void {
    guarded(() => this.#db.exec('vacuum; pragma wal_checkpoint(truncate)'))
  }

  /** Run `body` in one transaction; an exception undoes it. */
  transaction<T>(body: () => T): T {
    return this.#inTransaction('begin immediate', body)
  }

  #inTransaction<T>(begin: string, body: () => T): T {
    try {
      this.#db.exec(begin)
      const result = body()
      this.#db.exec('commit')
      return result
    } catch (error) {
      // SQLite has undone it already after some errors, a full disk for one.
      if (this.#db.isTransaction) this.#db.exec('rollback')
      throw asDatabaseError(error)
    }
  }

  /** Register paths that refer to valid ones or to each other, in one transaction. */
  register(registrations: readonly Registration[], now = Math.floor(Date.now() / 1000)): void {
    const insert = this.prepare(
      `insert into ValidPaths (path, hash, registrationTime, deriver, narSize) values (?, ?, ?, ?, ?)
       on conflict (path) do update set hash = excluded.hash, narSize = excluded.narSize,
         deriver = coalesce(excluded.deriver, deriver)
       returning id`,
    )
    const keyOf = this.prepare('select id from ValidPaths where path = ?')
    const refer = this.prepare('insert or ignore into Refs (referrer, reference) values (?, ?)')
    const output = this.prepare('insert or replace into DerivationOutputs (drv, id, path) values (?, ?, ?)')
    const forgetReferences = this.prepare('delete from Refs where referrer = ?')
    this.transaction(() => {
      const keys = new Map<string, SQLOutputValue>()
      const find = (path: string): SQLOutputValue | undefined => {
        const known = keys.get(path)
        if (known !== undefined) return known
        const key = keyOf.get(path)?.id
        if (key !== undefined) keys.set(path, key)
        return key
      }
      for (const r of registrations) {
        const existing = find(r.path)
        // Made again, an item may refer to something else.
        if (existing !== undefined) forgetReferences.run(existing)
        const key = insert.get(r.path, r.hash, now, r.deriver ?? null, r.narSize)?.id
        if (key !== undefined) keys.set(r.path, key)
      }
      for (const r of registrations) {
        const referrer = keys.get(r.path) ?? null
        for (const path of r.references) {
          const reference = find(path)
          if (reference === undefined) {
            throw new StrataError('invalid-reference', `${r.path} refers to ${path}, which is not valid`)
          }
          refer.run(referrer, reference)
        }
        for (const [name, path] of r.outputs ?? []) output.run(referrer, name, path)
      }
    })
  }

  /** Whether the output PATH is remembered as one that could not be built. */
  hasFailed(path: string): boolean {
    return this.prepare('select 1 from FailedPaths where path = ?').get(path) !== undefined
  }

  failedPaths(): StorePath[] {
    return this.column('select path from FailedPaths order by path', 'path') as StorePath[]
  }

  addFailures(paths: readonly string[], now = Math.floor(Date.now() / 1000)): void {
    const add = this.prepare('insert or replace into FailedPaths (path, time) values (?, ?)')
    for (const path of paths) add.run(path, now)
  }

  /** Forget the failures of PATHS, `*` for all. */
  clearFailures(paths: readonly string[]): void {
    this.transaction(() => {
      if (paths.includes('*')) this.#db.exec('delete from FailedPaths')
      for (const path of paths) this.prepare('delete from FailedPaths where path = ?').run(path)
    })
  }

  /** Forget a path; it must have no referrer but itself. */
  invalidate(path: string): void {
    this.prepare('delete from ValidPaths where path = ?').run(path)
  }

  /** Forget the items with these KEYS, each after what refers to it, in one transaction. */
  invalidateAll(keys: readonly number[]): void {
    const references = this.prepare('delete from Refs where referrer = ?')
    const item = this.prepare('delete from ValidPaths where id = ?')
    this.transaction(() => {
      for (const key of keys) references.run(key)
      for (const key of keys) item.run(key)
    })
  }

  close(): void {
    this.#statements.clear()
    this.#db.close()
  }
}
