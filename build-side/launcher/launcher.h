/* What the files of the launcher share: the request, and what each does for the others.  */

#ifndef STRATA_LAUNCHER_H
#define STRATA_LAUNCHER_H

#include <stddef.h>
#include <sys/types.h>

enum { STATUS_FD = 3, START_FD = 4 };

/* ---- request.c: what to do.  */

struct words { char **items; size_t count; };

enum mount_kind { BIND, BIND_WRITABLE, DEVICE, PROC, DEVPTS, TMPFS };

struct mount_request { enum mount_kind kind; const char *source, *target; };

enum entry_kind { MAKE_DIRECTORY, MAKE_FILE, MAKE_LINK };

struct entry { enum entry_kind kind; const char *path, *value; };

extern struct mount_request *mounts;
extern size_t mount_count;
extern struct entry *entries;
extern size_t entry_count;
extern const char *new_root, *directory, *program, *groups;
extern int shell_mode, new_user, other_user, share_network, linux32, linux26;
extern pid_t parent;
extern uid_t inside_uid;
extern gid_t inside_gid;
extern struct words environment, arguments;

/* Where failures are told.  */
extern int report_fd;

/* Tell what could not be done, with the reason of the last system call, and end.  */
void fail (const char *format, ...);
/* MEMORY, unless there was none.  */
void *checked (void *memory);
/* Read the request in FILE, which is removed.  */
void read_request (const char *file);

/* ---- mounts.c: the file system.  */

void write_file (const char *path, const char *text);
/* Make a root directory in memory, for a build.  */
void make_build_root (void);
/* The host's root directory with another store.  */
void make_shell_root (void);

/* ---- confinement.c: what the program may not do.  */

void raise_loopback (void);
void restrict_calls (void);
void leave_abstract_sockets (void);
void leave_keyring (void);
void become_user (void);
/* Map the user and group in the namespace of PROCESS to UID and GID outside of it.  */
void map_user (pid_t process, uid_t uid, gid_t gid);

#endif
