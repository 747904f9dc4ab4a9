/* What a hostile builder, or its accomplice outside of the sandbox, would do.  Each command prints what happened.

     send NAME FILE          open FILE and pass its descriptor over the abstract socket NAME
     receive NAME            wait for one; then for each line of standard input: "write", "swap ENTRY", "run", "list"
     connect NAME            try to connect to the abstract socket NAME
     set-id FILE             give FILE set-user-ID and set-group-ID bits in every way there is
     attributes FILE         set extended attributes and access control lists in every way there is
     linger FILE             leave processes behind that go on writing to FILE
     system                  what of the host's kernel can be reached  */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int
abstract_socket (const char *name, struct sockaddr_un *address, socklen_t *length)
{
  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  strncpy (address->sun_path + 1, name, sizeof address->sun_path - 2);
  *length = offsetof (struct sockaddr_un, sun_path) + 1 + strlen (name);
  return socket (AF_UNIX, SOCK_STREAM, 0);
}

static void
say (const char *what, long result)
{
  printf ("%s: %s\n", what, result < 0 ? strerrorname_np (errno) : "done");
  fflush (stdout);
}

static int
connect_to (const char *name)
{
  struct sockaddr_un address;
  socklen_t length;
  int fd = abstract_socket (name, &address, &length);
  int result = connect (fd, (struct sockaddr *) &address, length);
  say ("connect", result);
  return result < 0 ? -1 : fd;
}

static void
send_descriptor (const char *name, const char *file)
{
  /* A program that is open for writing cannot be executed.  */
  struct stat status;
  int program = stat (file, &status) == 0 && (status.st_mode & S_ISUID) != 0;
  int fd = open (file, program ? O_RDONLY : O_RDWR);
  if (fd < 0)
    fd = open (file, O_RDONLY);
  if (fd < 0)
    fd = open (file, O_PATH);
  say ("open", fd);
  int to = connect_to (name);
  if (to < 0)
    return;
  char byte = 'x';
  struct iovec data = { &byte, 1 };
  union { struct cmsghdr header; char space[CMSG_SPACE (sizeof (int))]; } control;
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  say ("send", sendmsg (to, &message, 0));
  /* Until the accomplice has it.  */
  read (to, &byte, 1);
}

static void
receive_descriptor (const char *name)
{
  struct sockaddr_un address;
  socklen_t length;
  int server = abstract_socket (name, &address, &length);
  if (bind (server, (struct sockaddr *) &address, length) < 0 || listen (server, 1) < 0)
    {
      say ("listen", -1);
      return;
    }
  say ("listen", 0);
  int from = accept (server, NULL, NULL);
  char byte;
  struct iovec data = { &byte, 1 };
  union { struct cmsghdr header; char space[CMSG_SPACE (sizeof (int))]; } control;
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  recvmsg (from, &message, 0);
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  int fd = -1;
  if (header != NULL)
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  say ("receive", fd);
  write (from, "x", 1);
  char line[256];
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      line[strcspn (line, "\n")] = '\0';
      if (strcmp (line, "write") == 0)
        say ("write", pwrite (fd, "evil", 4, 0));
      else if (strncmp (line, "swap ", 5) == 0)
        {
          unlinkat (fd, line + 5, 0);
          unlinkat (fd, line + 5, AT_REMOVEDIR);
          say ("swap", symlinkat ("/etc", fd, line + 5));
        }
      else if (strcmp (line, "run") == 0)
        {
          pid_t child = fork ();
          if (child == 0)
            {
              char *arguments[] = { "identity", "identity", NULL };
              fexecve (fd, arguments, environ);
              say ("run", -1);
              _exit (1);
            }
          waitpid (child, NULL, 0);
        }
    }
}

static void
set_identity_bits (const char *file)
{
  char name[4096];
  snprintf (name, sizeof name, "%s/fchmodat2", file);
  mkdir (file, 0755);
  close (open (name, O_CREAT | O_WRONLY, 0755));
  say ("fchmodat2", syscall (452, AT_FDCWD, name, 06755, 0));
  snprintf (name, sizeof name, "%s/chmod", file);
  close (open (name, O_CREAT | O_WRONLY, 0755));
  say ("chmod", chmod (name, 06755));
  snprintf (name, sizeof name, "%s/fchmod", file);
  int fd = open (name, O_CREAT | O_WRONLY, 0755);
  say ("fchmod", fchmod (fd, 06755));
  snprintf (name, sizeof name, "%s/creat", file);
  say ("creat", open (name, O_CREAT | O_WRONLY, 06755));
  snprintf (name, sizeof name, "%s/mknod", file);
  say ("mknod", mknod (name, S_IFREG | 06755, 0));
  snprintf (name, sizeof name, "%s/mkdir", file);
  say ("mkdir", mkdirat (AT_FDCWD, name, 07755));
  say ("chmod directory", chmod (name, 07777));
  snprintf (name, sizeof name, "%s/mkdir/copy", file);
  close (open (name, O_CREAT | O_WRONLY, 0755));
  chmod (name, 04755);
}

#ifdef __x86_64__
static long
call32 (long number, const void *a, const void *b, const void *c, long d, long e)
{
  long result;
  register long fifth asm ("rdi") = e;
  asm volatile ("int $0x80" : "=a" (result) : "a" (number), "b" (a), "c" (b), "d" (c), "S" (d), "r" (fifth)
                : "memory", "r8", "r9", "r10", "r11");
  if (result < 0 && result > -4096)
    {
      errno = -result;
      return -1;
    }
  return result;
}
#endif

static void
set_attributes (const char *file)
{
  int fd = open (file, O_CREAT | O_RDWR, 0644);
  say ("setxattr", syscall (SYS_setxattr, file, "user.evil", "x", 1, 0));
  say ("lsetxattr", syscall (SYS_lsetxattr, file, "user.evil", "x", 1, 0));
  say ("fsetxattr", syscall (SYS_fsetxattr, fd, "user.evil", "x", 1, 0));
  /* An access control list: user 1001 may write.  */
  static const unsigned char list[] = {
    2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 6, 0, 0xe9, 3, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255,
    16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 4, 0, 255, 255, 255, 255,
  };
  say ("list", syscall (SYS_setxattr, file, "system.posix_acl_access", list, sizeof list, 0));
  struct { unsigned long long value; unsigned size, flags; } what = { (unsigned long) "x", 1, 0 };
  say ("setxattrat", syscall (463, AT_FDCWD, file, 0, "user.evil", &what, sizeof what));
  say ("x32", syscall (0x40000000 + SYS_setxattr, file, "user.evil", "x", 1, 0));
#ifdef __x86_64__
  /* The 32-bit call wants its strings below 4 GB.  */
  char *low = mmap (NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  strcpy (low, file);
  strcpy (low + 8192, "user.evil");
  strcpy (low + 8300, "x");
  say ("i386", call32 (226, low, low + 8192, low + 8300, 1, 0));
#endif
  char ring[256] = { 0 };
  say ("io_uring", syscall (425, 4, ring));
}

static void
linger (const char *file)
{
  for (int i = 0; i < 3; i++)
    if (fork () == 0)
      {
        if (i > 0)
          setsid ();
        if (i > 1 && fork () != 0)
          _exit (0);
        for (int number = 1; number < 64; number++)
          signal (number, SIG_IGN);
        int fd = open (file, O_CREAT | O_RDWR, 0666);
        for (;;)
          {
            pwrite (fd, "lingering", 9, 0);
            usleep (1000);
          }
      }
  usleep (20000);
}

static void
look_at_system (void)
{
  char buffer[65536];
  say ("kernel log", syscall (SYS_syslog, 3, buffer, sizeof buffer));
  say ("/dev/kmsg", open ("/dev/kmsg", O_RDONLY));
  say ("/proc/kcore", open ("/proc/kcore", O_RDONLY));
  say ("/proc/1/mem of another", ptrace (PTRACE_ATTACH, getppid () == 1 ? 2 : 1, 0, 0));
  say ("session keyring", syscall (SYS_keyctl, 10, -3, "user", "strata-test", 0));
  say ("module", syscall (SYS_init_module, buffer, 0, ""));
  say ("mount", syscall (SYS_mount, "none", "/tmp", "tmpfs", 0, NULL));
  say ("chroot", chroot ("/tmp"));
  say ("host name", sethostname ("evil", 4));
  say ("clock", syscall (SYS_settimeofday, (long[]){ 0, 0 }, NULL));
  say ("device", mknod ("/tmp/device", S_IFBLK | 0666, 8 << 8));
  say ("raw socket", socket (AF_INET, SOCK_RAW, 1));
  say ("packet socket", socket (AF_PACKET, SOCK_RAW, 0));
  say ("kexec", syscall (SYS_kexec_load, 0, 0, NULL, 0));
  say ("reboot", syscall (SYS_reboot, 0xfee1dead, 672274793, 0, NULL));
  say ("sysrq", open ("/proc/sysrq-trigger", O_WRONLY));
  say ("core pattern", open ("/proc/sys/kernel/core_pattern", O_WRONLY));
  say ("file by handle", syscall (SYS_open_by_handle_at, AT_FDCWD, "\10\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0", 0));
}

int
main (int count, char **arguments)
{
  const char *command = count > 1 ? arguments[1] : "";
  const char *first = count > 2 ? arguments[2] : "", *second = count > 3 ? arguments[3] : "";
  if (strcmp (command, "send") == 0)
    send_descriptor (first, second);
  else if (strcmp (command, "receive") == 0)
    receive_descriptor (first);
  else if (strcmp (command, "connect") == 0)
    connect_to (first);
  else if (strcmp (command, "set-id") == 0)
    set_identity_bits (first);
  else if (strcmp (command, "attributes") == 0)
    set_attributes (first);
  else if (strcmp (command, "linger") == 0)
    linger (first);
  else if (strcmp (command, "system") == 0)
    look_at_system ();
  else if (strcmp (command, "identity") == 0)
    printf ("identity: %d %d\n", geteuid (), getegid ());
  else
    return 2;
  return 0;
}
