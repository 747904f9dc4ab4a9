/* strata-sandbox: starts one program in namespaces of its own, with a file system made of the
   directories it is told about and nothing else.

   It is one static program without dependencies, so it also runs where the store is not at
   /gnu/store.  Node cannot do this itself: it is multi-threaded, and neither unshare of a user
   namespace nor a fork works there.

   Usage: strata-sandbox FILE.  FILE holds NUL-terminated words, operations and their operands, and
   is removed once read.  Operations, in the order in which they matter:

     parent PID              end at once unless this process started us, and when it ends
     shell                   keep the host's file system, processes and network; only map the store
     user INSIDE GROUP       new user namespace, in which the caller is INSIDE:GROUP
     become UID GID GROUPS   without a user namespace: run as this user (GROUPS: "1,2,3" or "")
     network                 share the host's network
     root DIRECTORY          where "/" is made, in memory; read-only but for binds
     make-directory PATH     in it; the directory above is made before
     make-file PATH TEXT, make-link PATH TARGET
     bind SOURCE TARGET      show SOURCE at TARGET (below the new root), read-only
     bind-writable SOURCE TARGET
     device SOURCE TARGET    the same for a device node
     proc TARGET, devpts TARGET, tmpfs TARGET
     linux32                 report a 32-bit machine
     directory PATH          current directory of the program
     env NAME=VALUE
     exec PATH ARGUMENT...   the program and its arguments from argv[0] on; the rest of FILE

   Standard output and error of the program are one pipe, copied to our standard output.  Outside
   `shell', what became of it is written to descriptor 3 as one line: "error TEXT" when the sandbox
   could not be set up, "exit STATUS" or "signal NUMBER" of the program.  SIGTERM kills everything in
   the sandbox; when we have ended, none of it is left.

   The order of the steps follows what bubblewrap, util-linux and guix-daemon do.  */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_FD = 3, START_FD = 4 };

struct words { char **items; size_t count; };

static int shell_mode;
static int report_fd = STATUS_FD;

/* Tell what could not be done, with the reason of the last system call, and end. */
static void
fail (const char *format, ...)
{
  int reason = errno;
  char text[2048];
  va_list operands;
  va_start (operands, format);
  int length = vsnprintf (text, sizeof text - 128, format, operands);
  va_end (operands);
  if (length < 0)
    length = 0;
  if ((size_t) length > sizeof text - 128)
    length = sizeof text - 128;
  if (reason != 0)
    snprintf (text + length, sizeof text - length, ": %s", strerror (reason));
  if (shell_mode)
    dprintf (2, "strata-sandbox: %s\n", text);
  else
    dprintf (report_fd, "error %s\n", text);
  _exit (126);
}

static void *
checked (void *memory)
{
  if (memory == NULL)
    fail ("out of memory");
  return memory;
}

static void
add_word (struct words *words, char *word)
{
  if ((words->count & (words->count - 1)) == 0)
    words->items = checked (realloc (words->items, (words->count == 0 ? 2 : words->count * 2 + 1) * sizeof (char *)));
  words->items[words->count++] = word;
  words->items[words->count] = NULL;
}

static struct words
read_words (const char *file)
{
  struct words words = { checked (calloc (2, sizeof (char *))), 0 };
  int fd = open (file, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat (fd, &status) != 0)
    fail ("cannot read %s", file);
  char *text = checked (malloc (status.st_size + 1));
  ssize_t size = 0;
  while (size < status.st_size)
    {
      ssize_t n = read (fd, text + size, status.st_size - size);
      if (n <= 0)
        fail ("cannot read %s", file);
      size += n;
    }
  text[size] = '\0';
  close (fd);
  unlink (file);
  for (ssize_t at = 0; at < size; at += strlen (text + at) + 1)
    add_word (&words, text + at);
  return words;
}

/* ---- What to do, from the words.  */

enum mount_kind { BIND, BIND_WRITABLE, DEVICE, PROC, DEVPTS, TMPFS };

struct mount_request { enum mount_kind kind; const char *source, *target; };

enum entry_kind { MAKE_DIRECTORY, MAKE_FILE, MAKE_LINK };

struct entry { enum entry_kind kind; const char *path, *value; };

static struct mount_request *mounts;
static size_t mount_count;
static struct entry *entries;
static size_t entry_count;
static const char *new_root, *directory = "/", *program;
static int new_user, other_user, share_network, linux32;
static pid_t parent;
static uid_t inside_uid;
static gid_t inside_gid;
static const char *groups = "";
static struct words environment, arguments;

static void
parse (struct words words)
{
  size_t i = 0;
  environment.items = checked (calloc (2, sizeof (char *)));
  arguments.items = checked (calloc (2, sizeof (char *)));
  mounts = checked (calloc (words.count + 1, sizeof *mounts));
  entries = checked (calloc (words.count + 1, sizeof *entries));
#define NEXT (i < words.count ? words.items[i++] : (errno = 0, fail ("missing operand of %s", word), ""))
  while (i < words.count)
    {
      const char *word = words.items[i++];
      struct mount_request *mount = &mounts[mount_count];
      struct entry *entry = &entries[entry_count];
      if (strcmp (word, "shell") == 0)
        shell_mode = 1;
      else if (strcmp (word, "parent") == 0)
        parent = atol (NEXT);
      else if (strcmp (word, "user") == 0)
        new_user = 1, inside_uid = atol (NEXT), inside_gid = atol (NEXT);
      else if (strcmp (word, "become") == 0)
        other_user = 1, inside_uid = atol (NEXT), inside_gid = atol (NEXT), groups = NEXT;
      else if (strcmp (word, "network") == 0)
        share_network = 1;
      else if (strcmp (word, "linux32") == 0)
        linux32 = 1;
      else if (strcmp (word, "root") == 0)
        new_root = NEXT;
      else if (strcmp (word, "make-directory") == 0)
        entry->kind = MAKE_DIRECTORY, entry->path = NEXT, entry_count++;
      else if (strcmp (word, "make-file") == 0)
        entry->kind = MAKE_FILE, entry->path = NEXT, entry->value = NEXT, entry_count++;
      else if (strcmp (word, "make-link") == 0)
        entry->kind = MAKE_LINK, entry->path = NEXT, entry->value = NEXT, entry_count++;
      else if (strcmp (word, "bind") == 0)
        mount->kind = BIND, mount->source = NEXT, mount->target = NEXT, mount_count++;
      else if (strcmp (word, "bind-writable") == 0)
        mount->kind = BIND_WRITABLE, mount->source = NEXT, mount->target = NEXT, mount_count++;
      else if (strcmp (word, "device") == 0)
        mount->kind = DEVICE, mount->source = NEXT, mount->target = NEXT, mount_count++;
      else if (strcmp (word, "proc") == 0)
        mount->kind = PROC, mount->target = NEXT, mount_count++;
      else if (strcmp (word, "devpts") == 0)
        mount->kind = DEVPTS, mount->target = NEXT, mount_count++;
      else if (strcmp (word, "tmpfs") == 0)
        mount->kind = TMPFS, mount->target = NEXT, mount_count++;
      else if (strcmp (word, "directory") == 0)
        directory = NEXT;
      else if (strcmp (word, "env") == 0)
        add_word (&environment, NEXT);
      else if (strcmp (word, "exec") == 0)
        {
          program = NEXT;
          while (i < words.count)
            add_word (&arguments, words.items[i++]);
        }
      else
        errno = 0, fail ("unknown operation %s", word);
    }
  errno = 0;
  if (program == NULL || arguments.count == 0)
    fail ("no program to execute");
  if (new_root == NULL && !shell_mode)
    fail ("no root directory");
}

/* ---- Files and mounts.  */

static char *
join (const char *directory, const char *name)
{
  char *path;
  if (asprintf (&path, "%s%s%s", directory, name[0] == '/' ? "" : "/", name) < 0)
    fail ("out of memory");
  return path;
}

static void
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write (fd, text, strlen (text)) != (ssize_t) strlen (text))
    fail ("cannot write %s", path);
  close (fd);
}

/* Make TARGET something that SOURCE can be mounted on, unless it exists.  */
static void
make_mount_point (const char *source, const char *target)
{
  struct stat status;
  if (lstat (target, &status) == 0)
    return;
  if (stat (source, &status) != 0)
    fail ("cannot find %s", source);
  if (S_ISDIR (status.st_mode))
    {
      if (mkdir (target, 0755) != 0)
        fail ("cannot create %s", target);
    }
  else
    {
      int fd = open (target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
      if (fd < 0)
        fail ("cannot create %s", target);
      close (fd);
    }
}

/* Change the flags of the mount at TARGET.  In a user namespace those that the original mount has
   may not be taken away, so they are kept.  */
static void
remount (const char *target, unsigned long flags)
{
  struct statvfs status;
  if (statvfs (target, &status) != 0)
    fail ("cannot examine %s", target);
  static const struct { unsigned long had, keep; } kept[] = {
    { ST_RDONLY, MS_RDONLY }, { ST_NOSUID, MS_NOSUID }, { ST_NODEV, MS_NODEV }, { ST_NOEXEC, MS_NOEXEC },
    { ST_NOATIME, MS_NOATIME }, { ST_NODIRATIME, MS_NODIRATIME }, { ST_RELATIME, MS_RELATIME },
  };
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (status.f_flag & kept[i].had)
      flags |= kept[i].keep;
  if (mount (NULL, target, NULL, MS_REMOUNT | MS_BIND | flags, NULL) != 0)
    fail ("cannot protect %s", target);
}

static void
bind_mount (const char *source, const char *target, unsigned long recursive)
{
  make_mount_point (source, target);
  if (mount (source, target, NULL, MS_BIND | recursive, NULL) != 0)
    fail ("cannot show %s at %s", source, target);
}

static void
perform_mount (const struct mount_request *request, const char *root, const char *source_root)
{
  char *target = join (root, request->target);
  char *source = request->source == NULL ? NULL : join (source_root, request->source);
  switch (request->kind)
    {
    case BIND:
      bind_mount (source, target, 0);
      remount (target, MS_RDONLY | MS_NOSUID | MS_NODEV);
      break;
    case BIND_WRITABLE:
      bind_mount (source, target, 0);
      remount (target, MS_NOSUID | MS_NODEV);
      break;
    case DEVICE:
      bind_mount (source, target, 0);
      break;
    case PROC:
      if (mount ("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        fail ("cannot mount a proc file system");
      break;
    case DEVPTS:
      if (mount ("devpts", target, "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620") != 0)
        fail ("cannot mount a devpts file system");
      break;
    case TMPFS:
      if (mount ("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0)
        fail ("cannot mount a tmpfs");
      break;
    }
  free (target);
  free (source);
}

/* Make DIRECTORY, a mount point, "/" and let go of everything else.  */
static void
enter_root (const char *root)
{
  if (chdir (root) != 0)
    fail ("cannot enter %s", root);
  /* The old root is mounted over the new one, and taken off again.  */
  if (syscall (SYS_pivot_root, ".", ".") != 0)
    fail ("cannot change the root directory");
  if (umount2 (".", MNT_DETACH) != 0)
    fail ("cannot leave the old root directory");
  if (chdir ("/") != 0)
    fail ("cannot enter the root directory");
}

static void
keep_mounts_private (void)
{
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    fail ("cannot make mounts private");
}

static void
make_entry (const struct entry *entry, const char *root)
{
  char *path = join (root, entry->path);
  int failed = 0, fd;
  switch (entry->kind)
    {
    case MAKE_DIRECTORY:
      failed = mkdir (path, 0755) != 0;
      break;
    case MAKE_FILE:
      fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
      failed = fd < 0 || write (fd, entry->value, strlen (entry->value)) != (ssize_t) strlen (entry->value);
      if (fd >= 0)
        close (fd);
      break;
    case MAKE_LINK:
      failed = symlink (entry->value, path) != 0;
      break;
    }
  if (failed)
    fail ("cannot create %s", path);
  free (path);
}

/* In memory: making and removing two dozen files on a disk takes longer than many a build.  */
static void
make_build_root (void)
{
  keep_mounts_private ();
  if (mount ("tmpfs", new_root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0750") != 0)
    fail ("cannot use %s as the root directory", new_root);
  if (other_user && chown (new_root, 0, inside_gid) != 0)
    fail ("cannot give the root directory to the builder's group");
  umask (022);
  for (size_t i = 0; i < entry_count; i++)
    make_entry (&entries[i], new_root);
  for (size_t i = 0; i < mount_count; i++)
    perform_mount (&mounts[i], new_root, "");
  remount (new_root, MS_RDONLY | MS_NOSUID | MS_NODEV);
  enter_root (new_root);
}

/* Show the entry NAME of directory OLD in directory NEW.  */
static void
show_entry (const char *old, const char *new, const char *name)
{
  char *source = join (old, name), *target = join (new, name);
  struct stat status;
  if (lstat (source, &status) != 0)
    fail ("cannot find %s", source);
  if (S_ISLNK (status.st_mode))
    {
      char link[4096];
      ssize_t length = readlink (source, link, sizeof link - 1);
      if (length < 0)
        fail ("cannot read %s", source);
      link[length] = '\0';
      if (symlink (link, target) != 0)
        fail ("cannot create %s", target);
    }
  else
    bind_mount (source, target, MS_REC);
  free (source);
  free (target);
}

static void
show_entries (const char *old, const char *new, const char *except)
{
  DIR *listing = opendir (old);
  if (listing == NULL)
    fail ("cannot list %s", old);
  for (struct dirent *entry; (entry = readdir (listing)) != NULL;)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0 && strcmp (entry->d_name, except) != 0)
      show_entry (old, new, entry->d_name);
  closedir (listing);
}

/* The host's root directory again, entry by entry, with a /gnu of our own: an ordinary user cannot
   create the mount point in the real one.  First the host moves to /.old, so that all its paths are
   still there whatever is mounted where.  */
static void
make_shell_root (void)
{
  keep_mounts_private ();
  if (mount ("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0)
    fail ("cannot mount a tmpfs");
  if (mkdir ("/tmp/.old", 0755) != 0 || mkdir ("/tmp/new", 0755) != 0)
    fail ("cannot create directories");
  if (syscall (SYS_pivot_root, "/tmp", "/tmp/.old") != 0 || chdir ("/") != 0)
    fail ("cannot change the root directory");
  if (mount ("/new", "/new", NULL, MS_BIND, NULL) != 0)
    fail ("cannot mount the new root directory");
  show_entries ("/.old", "/new", "gnu");
  if (mkdir ("/new/gnu", 0755) != 0)
    fail ("cannot create /gnu");
  if (access ("/.old/gnu", F_OK) == 0)
    show_entries ("/.old/gnu", "/new/gnu", "store");
  if (mkdir ("/new/gnu/store", 0755) != 0)
    fail ("cannot create /gnu/store");
  for (size_t i = 0; i < mount_count; i++)
    perform_mount (&mounts[i], "/new", "/.old");
  enter_root ("/new");
}

/* ---- Everything else that is the program's own.  */

static void
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

static void
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
static void
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
static void
leave_keyring (void)
{
  enum { JOIN_SESSION_KEYRING = 1 };
  syscall (SYS_keyctl, JOIN_SESSION_KEYRING, NULL);
}

static void
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

static void
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

static void
execute (void)
{
  if (chdir (directory) != 0)
    fail ("cannot enter %s", directory);
  execve (program, arguments.items, environment.items);
  fail ("executing `%s'", program);
}

static void
set_up_and_execute (void)
{
  make_build_root ();
  if (sethostname ("localhost", 9) != 0 || setdomainname ("(none)", 6) != 0)
    fail ("cannot set the host name");
  if (!share_network)
    raise_loopback ();
  if (setsid () < 0)
    fail ("cannot begin a session");
  /* Addresses must not differ from build to build. */
  if (personality ((linux32 ? PER_LINUX32 : PER_LINUX) | ADDR_NO_RANDOMIZE) < 0)
    fail ("cannot set the personality");
  struct rlimit core;
  getrlimit (RLIMIT_CORE, &core);
  core.rlim_cur = 0;
  setrlimit (RLIMIT_CORE, &core);
  if (other_user)
    become_user ();
  /* Changing the user takes this back, so it comes afterwards. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    fail ("cannot restrict the process");
  /* Had the launcher ended before that, nobody would tell us. */
  struct pollfd started = { START_FD, 0, 0 };
  if (poll (&started, 1, 0) > 0)
    _exit (126);
  leave_keyring ();
  if (share_network)
    leave_abstract_sockets ();
  restrict_calls ();
  signal (SIGPIPE, SIG_DFL);
  signal (SIGTERM, SIG_DFL);
  sigset_t none;
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  execute ();
}

static void
write_output (const char *bytes, ssize_t size)
{
  for (ssize_t done = 0; done < size;)
    {
      ssize_t n = write (1, bytes + done, size - done);
      if (n < 0 && errno == EAGAIN)
        {
          struct pollfd writable = { 1, POLLOUT, 0 };
          poll (&writable, 1, -1);
        }
      else if (n < 0 && errno != EINTR)
        _exit (126);
      else if (n > 0)
        done += n;
    }
}

/* Copy what PROCESS writes until it has ended.  Then everything in its namespace has; if somebody
   outside got hold of the pipe all the same, that must not keep us waiting.  */
static void
copy_output (int from, pid_t process)
{
  static char buffer[65536];
  int ended = syscall (SYS_pidfd_open, process, 0);
  struct pollfd files[] = { { from, POLLIN, 0 }, { ended, POLLIN, 0 } };
  if (fcntl (from, F_SETFL, O_NONBLOCK) != 0)
    fail ("cannot read the output");
  for (;;)
    {
      if (poll (files, 2, -1) < 0 && errno != EINTR)
        fail ("cannot wait for output");
      int last = ended >= 0 && files[1].revents != 0;
      ssize_t size;
      while ((size = read (from, buffer, sizeof buffer)) > 0)
        write_output (buffer, size);
      if (size == 0 || last)
        return;
    }
}

static pid_t build_process;

static void
kill_build (int number)
{
  (void) number;
  kill (build_process, SIGKILL);
}

static pid_t
clone_process (int flags)
{
  return syscall (SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
}

static int
run_build (void)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();
  int output[2], start[2];
  if (fcntl (STATUS_FD, F_SETFD, FD_CLOEXEC) != 0)
    report_fd = 2, fail ("no descriptor for the status");
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0)
    fail ("cannot restrict the process");
  if (parent != 0 && getppid () != parent)
    _exit (126);
  if (pipe2 (output, O_CLOEXEC) != 0 || pipe2 (start, O_CLOEXEC) != 0)
    fail ("cannot create a pipe");
  int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  if (new_user)
    flags |= CLONE_NEWUSER;
  if (!share_network)
    flags |= CLONE_NEWNET;
  pid_t child = clone_process (flags);
  /* A kernel that knows no cgroups has none to hide.  */
  if (child < 0 && errno == EINVAL)
    child = clone_process (flags & ~CLONE_NEWCGROUP);
  if (child < 0)
    fail ("cannot create namespaces");
  if (child == 0)
    {
      char byte;
      close (start[1]);
      int null = open ("/dev/null", O_RDONLY);
      if (null < 0 || dup2 (null, 0) < 0 || dup2 (output[1], 1) < 0 || dup2 (output[1], 2) < 0)
        fail ("cannot set up the standard files");
      /* Wait for the parent to map the user; it is gone when nothing comes.  */
      if (read (start[0], &byte, 1) != 1)
        _exit (126);
      if (start[0] != START_FD && dup3 (start[0], START_FD, O_CLOEXEC) < 0)
        fail ("cannot set up the standard files");
      syscall (SYS_close_range, START_FD + 1, ~0U, 0);
      set_up_and_execute ();
    }
  build_process = child;
  struct sigaction killing = { .sa_handler = kill_build };
  sigaction (SIGTERM, &killing, NULL);
  close (output[1]);
  close (start[0]);
  if (new_user)
    map_user (child, uid, gid);
  if (write (start[1], "", 1) != 1)
    fail ("cannot start the process");
  /* Our end stays open: while it is, the child knows that we are there.  */
  copy_output (output[0], child);
  int status;
  while (waitpid (child, &status, 0) < 0)
    if (errno != EINTR)
      fail ("cannot wait for the process");
  if (WIFSIGNALED (status))
    dprintf (STATUS_FD, "signal %d\n", WTERMSIG (status));
  else
    dprintf (STATUS_FD, "exit %d\n", WEXITSTATUS (status));
  return 0;
}

/* No process of our own stays: signals, terminal and exit status are the program's.  */
static void
run_shell (void)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();
  if (unshare (CLONE_NEWNS | (new_user ? CLONE_NEWUSER : 0)) != 0)
    fail ("cannot create namespaces");
  if (new_user)
    map_user (getpid (), uid, gid);
  make_shell_root ();
  execute ();
}

int
main (int count, char **operands)
{
  if (count != 2)
    {
      fprintf (stderr, "usage: strata-sandbox FILE\n");
      return 2;
    }
  errno = 0;
  parse (read_words (operands[1]));
  if (shell_mode)
    run_shell ();
  return run_build ();
}
