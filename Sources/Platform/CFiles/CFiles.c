#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

int cfiles_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int cfiles_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

ssize_t cfiles_pwritev(int descriptor, const struct iovec *pieces, int count, off_t offset) {
    return pwritev(descriptor, pieces, count, offset);
}

int cfiles_syncfs(int descriptor) { return syncfs(descriptor); }

int cfiles_flock_exclusive(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

void cfiles_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void *cfiles_open_stream(int descriptor) { return fdopendir(descriptor); }

int cfiles_next_entry(void *stream, const char **name, int *type) {
    errno = 0;
    struct dirent *entry = readdir(stream);
    if (!entry) return errno ? -1 : 0;
    *name = entry->d_name;
    *type = entry->d_type;
    return 1;
}

void cfiles_close_stream(void *stream) { closedir(stream); }
