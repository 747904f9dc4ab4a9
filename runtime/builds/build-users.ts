/** Whom builders run as when strata is root: a free member of the build users' group, else a user
 *  number of their own that belongs to nobody. Model: UserLock of guix-daemon's build.cc. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { FileLock } from '../store/index.ts'

export interface BuildUser {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
  release(): void
}

const groupNames = ['guixbuild', 'nixbld']
/** Without such a group: these numbers are a convention of Guix and Nix for build users. */
const firstUid = 30001
const spareGid = 30000
const spareUsers = 32

function table(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
  } catch {
    return []
  }
}

function candidates(wanted: string): { uid: number; gid: number; groups: number[] }[] {
  const groups = table('/etc/group')
  const users = table('/etc/passwd')
  for (const name of wanted === '' ? groupNames : [wanted]) {
    const group = groups.find(([groupName]) => groupName === name)
    const members = (group?.[3] ?? '').split(',').filter((member) => member !== '')
    if (wanted !== '' && (group === undefined || members.length === 0))
      throw new StrataError(
        'no-build-user',
        group === undefined
          ? `the group \`${name}' specified in \`build-users-group' does not exist`
          : `the build users group \`${name}' has no members`,
        { hint: `useradd -r -g ${name} -G ${name} -d /var/empty -s /usr/sbin/nologin ${name}01` },
      )
    if (group === undefined || members.length === 0) continue
    return members.flatMap((member) => {
      const uid = Number(users.find(([user]) => user === member)?.[2])
      if (!Number.isInteger(uid) || uid === 0) return []
      const supplementary = groups.filter(([, , , list]) => (list ?? '').split(',').includes(member))
      return [{ uid, gid: Number(group[2]), groups: supplementary.map(([, , gid]) => Number(gid)) }]
    })
  }
  return Array.from({ length: spareUsers }, (_, i) => ({ uid: firstUid + i, gid: spareGid, groups: [spareGid] }))
}

/** Users that builds of this process have: record locks do not exclude within one process. */
const taken = new Set<number>()

/** A user of GROUP nobody else is building as. @throws StrataError `no-build-user` when all are. */
export function acquireBuildUser(stateDirectory: string, group: string): BuildUser {
  const directory = join(stateDirectory, 'userpool')
  mkdirSync(directory, { recursive: true })
  for (const { uid, gid, groups } of candidates(group)) {
    if (taken.has(uid)) continue
    const lock = FileLock.tryAcquire(join(directory, String(uid)))
    if (lock === undefined) continue
    taken.add(uid)
    return {
      uid,
      gid,
      groups,
      release: () => {
        taken.delete(uid)
        lock.release()
      },
    }
  }
  throw new StrataError('no-build-user', 'all build users are in use', {
    hint: 'add members to the group of build users, or use a smaller --max-jobs',
  })
}
