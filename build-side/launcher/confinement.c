/* What the program may not do or see: system calls, the host's sockets and keys, rights of other users.  */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher.h"

void
raise_loopback (void)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING };
  if (fd < 0 || ioctl (fd, SIOCSIFFLAGS, &request) != 0)
    fail ("cannot bring up the loopback interface");
  close (fd);
}

/* ---- System calls that a builder does not get.  */

struct refusal { unsigned call, reason; };

/* Extended attributes, access control lists among them, would escape the hash of an output; io_uring
   would set them past this filter; the kernel's messages are about the host.  Set-user-ID bits are
   let through: recipes set them, the mounts ignore them and the store removes them.
   Numbers that are newer than the headers of the seed, or of another machine, are given as such.  */
enum { SETXATTRAT = 463, IO_URING_SETUP = 425 };

static const struct refusal refusals[] = {
#ifdef SYS_setxattr
  { SYS_setxattr, EOPNOTSUPP }, { SYS_lsetxattr, EOPNOTSUPP }, { SYS_fsetxattr, EOPNOTSUPP },
  { SYS_syslog, EPERM },
#endif
  { SETXATTRAT, EOPNOTSUPP }, { IO_URING_SETUP, ENOSYS },
};

/* The same in the 32-bit programs of i386 and of ARM, which number these calls alike.  */
static const struct refusal refusals32[] = {
  { 226, EOPNOTSUPP }, { 227, EOPNOTSUPP }, { 228, EOPNOTSUPP }, { 103, EPERM },
  { SETXATTRAT, EOPNOTSUPP }, { IO_URING_SETUP, ENOSYS },
};

/* Where the calls of the x32 programs of x86-64 begin; they are all refused.  */
enum { X32_CALLS = 0x40000000 };

static struct sock_filter filter[64];
static size_t filter_size;

static void
add_instruction (struct sock_filter instruction)
{
  filter[filter_size++] = instruction;
}

static void
refuse_calls (unsigned architecture, const struct refusal *list, size_t count)
{
  add_instruction ((struct sock_filter) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch)));
  size_t other = filter_size;
  add_instruction ((struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, 0));
  add_instruction ((struct sock_filter) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)));
  for (size_t i = 0; i < count; i++)
    {
      add_instruction ((struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, list[i].call, 0, 1));
      add_instruction ((struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | list[i].reason));
    }
  add_instruction ((struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, X32_CALLS, 0, 1));
  add_instruction ((struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
  add_instruction ((struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  filter[other].jf = filter_size - other - 1;
}

void
restrict_calls (void)
{
#if defined __x86_64__
  refuse_calls (AUDIT_ARCH_X86_64, refusals, sizeof refusals / sizeof *refusals);
  refuse_calls (AUDIT_ARCH_I386, refusals32, sizeof refusals32 / sizeof *refusals32);
#elif defined __aarch64__
  refuse_calls (AUDIT_ARCH_AARCH64, refusals, sizeof refusals / sizeof *refusals);
  refuse_calls (AUDIT_ARCH_ARM, refusals32, sizeof refusals32 / sizeof *refusals32);
#else
  (void) refusals, (void) refusals32, (void) refuse_calls;
#endif
  add_instruction ((struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  struct sock_fprog code = { filter_size, filter };
  /* A kernel without seccomp loses only this. */
  if (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &code) != 0 && errno != EINVAL && errno != ENOSYS)
    fail ("cannot install a seccomp filter");
}

/* With the host's network come its abstract sockets, over which a builder could hand descriptors of
   its output to accomplices.  Kernels since 6.12 keep it from reaching those; with others the store
   takes a copy of the output.  */
void
leave_abstract_sockets (void)
{
  enum { CREATE_RULESET = 444, RESTRICT_SELF = 446, GET_VERSION = 1, SCOPE_ABSTRACT_SOCKETS = 1, SCOPES_SINCE = 6 };
  struct { unsigned long long files, network, scoped; } rules = { 0, 0, SCOPE_ABSTRACT_SOCKETS };
  if (syscall (CREATE_RULESET, NULL, 0, GET_VERSION) < SCOPES_SINCE)
    return;
  int ruleset = syscall (CREATE_RULESET, &rules, sizeof rules, 0);
  if (ruleset < 0 || syscall (RESTRICT_SELF, ruleset, 0) != 0)
    fail ("cannot leave the host's abstract sockets");
  close (ruleset);
}

/* The keys of whoever started us are not the builder's.  */
void
leave_keyring (void)
{
  enum { JOIN_SESSION_KEYRING = 1 };
  syscall (SYS_keyctl, JOIN_SESSION_KEYRING, NULL);
}

void
become_user (void)
{
  gid_t list[256];
  size_t count = 0;
  for (const char *at = groups; *at != '\0' && count < 256; at += strcspn (at, ","), at += *at == ',')
    list[count++] = atol (at);
  /* So that /dev/stdout and /dev/stderr can be opened. */
  if (fchown (1, inside_uid, inside_gid) != 0)
    fail ("cannot hand over the standard output");
  if (setgroups (count, list) != 0 || setresgid (inside_gid, inside_gid, inside_gid) != 0
      || setresuid (inside_uid, inside_uid, inside_uid) != 0)
    fail ("cannot become user %ld", (long) inside_uid);
}

void
map_user (pid_t process, uid_t uid, gid_t gid)
{
  char path[64], map[64];
  snprintf (path, sizeof path, "/proc/%ld/setgroups", (long) process);
  write_file (path, "deny");
  snprintf (path, sizeof path, "/proc/%ld/uid_map", (long) process);
  snprintf (map, sizeof map, "%ld %ld 1", (long) inside_uid, (long) uid);
  write_file (path, map);
  snprintf (path, sizeof path, "/proc/%ld/gid_map", (long) process);
  snprintf (map, sizeof map, "%ld %ld 1", (long) inside_gid, (long) gid);
  write_file (path, map);
}
