/* The request to the launcher: words in a file, see sandbox.c.  */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher.h"

int report_fd = STATUS_FD;

/* Tell what could not be done, with the reason of the last system call, and end. */
void
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

void *
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

struct mount_request *mounts;
size_t mount_count;
struct entry *entries;
size_t entry_count;
const char *new_root, *directory = "/", *program, *groups = "";
int shell_mode, new_user, other_user, share_network, linux32, linux26;
pid_t parent;
uid_t inside_uid;
gid_t inside_gid;
struct words environment, arguments;

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
      else if (strcmp (word, "linux26") == 0)
        linux26 = 1;
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

void
read_request (const char *file)
{
  parse (read_words (file));
}
