/** What to tell a user whose system does not let strata build a sandbox: which setting to change. */
import { readFileSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'

const wayOn = 'or build without a sandbox, at the price of purity: --disable-chroot'

function setting(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** The settings that commonly forbid user namespaces, with the command that changes each. */
function culprit(): string {
  if (setting('/proc/sys/user/max_user_namespaces') === '0') return 'sysctl -w user.max_user_namespaces=15000'
  if (setting('/proc/sys/kernel/unprivileged_userns_clone') === '0')
    return 'sysctl -w kernel.unprivileged_userns_clone=1'
  if (setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1')
    return 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'
  return 'in a container, start it with --privileged or --security-opt seccomp=unconfined'
}

/** Whether the launcher's complaint is about rights that the system denies, not about one build. */
export function deniesSandbox(message: string): boolean {
  return (
    /namespace|uid_map|gid_map|setgroups|private|proc file system|\/proc\/\d+\//.test(message) ||
    /uid map|unprivileged user|No permissions to create/i.test(message)
  )
}

export function sandboxDenied(message: string): StrataError {
  const root = process.geteuid?.() === 0
  return new StrataError('no-user-namespaces', `this system does not allow build sandboxes: ${message}`, {
    hint: `${root ? '' : 'as root: '}${culprit()}; ${wayOn}`,
  })
}
