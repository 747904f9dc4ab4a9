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
     linux26                 report version 2.6 of the kernel
     directory PATH          current directory of the program
     env NAME=VALUE
     exec PATH ARGUMENT...   the program and its arguments from argv[0] on; the rest of FILE

   Standard output and error of the program are one pipe, copied to our standard output.  Outside
   `shell', what became of it is written to descriptor 3 as one line: "error TEXT" when the sandbox
   could not be set up, "exit STATUS" or "signal NUMBER" of the program.  SIGTERM kills everything in
   the sandbox; when we have ended, none of it is left.

   The order of the steps follows what bubblewrap, util-linux and guix-daemon do.  */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher.h"

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
  if (personality ((linux32 ? PER_LINUX32 : PER_LINUX) | (linux26 ? UNAME26 : 0) | ADDR_NO_RANDOMIZE) < 0)
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
  read_request (operands[1]);
  if (shell_mode)
    run_shell ();
  return run_build ();
}
