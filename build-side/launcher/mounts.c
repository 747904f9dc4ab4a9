/* The file system that the program sees: made in memory for a build, the host's with another store for a shell.  */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher.h"

static char *
join (const char *directory, const char *name)
{
  char *path;
  if (asprintf (&path, "%s%s%s", directory, name[0] == '/' ? "" : "/", name) < 0)
    fail ("out of memory");
  return path;
}

void
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
void
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
void
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
