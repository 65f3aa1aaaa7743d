// Linux calls that Swift's Glibc module hides: extensions and variadics.
// No logic here beyond moving fields; the Swift surface is the Files module.
#ifndef CFILES_H
#define CFILES_H

#include <dirent.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

// openat2(2), for which glibc has no wrapper. Returns a descriptor, or -1 with errno.
int cfiles_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

// openat(2) with a mode.
int cfiles_openat(int directory, const char *path, int flags, mode_t mode);

ssize_t cfiles_pwritev(int descriptor, const struct iovec *pieces, int count, off_t offset);

int cfiles_syncfs(int descriptor);

int cfiles_flock_exclusive(int descriptor);

void cfiles_name_thread(const char *name);

// The stream of a folder as an opaque pointer; takes the descriptor over. NULL with errno.
void *cfiles_open_stream(int descriptor);

// 1 and the next entry's name (valid until the next call) and type, 0 at the end, -1 with errno.
int cfiles_next_entry(void *stream, const char **name, int *type);

void cfiles_close_stream(void *stream);

#endif
