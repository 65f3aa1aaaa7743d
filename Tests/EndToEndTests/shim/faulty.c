// Preloaded into the server: makes chosen folders fail like bad drives, without root's help and without a
// file system of its own.
//
//   FAULTY_DRIVES   absolute folders, separated by colons; the first is slot 0
//   FAULTY_CONTROL  a file of SLOTS_MAX slots, mapped shared and written by the test while the server runs
//
//   slot:  0  u32  mode   0 as always, 1 every call fails with EIO, 2 every call waits until the mode changes
//          4  u32  count  how many calls met a mode that is not 0
//
// Which drive a descriptor belongs to is asked of the kernel (/proc/self/fd), and only while some mode is set:
// a table of our own would go stale where libc opens and closes without passing here.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS_MAX = 32, MODE_NONE = 0, MODE_EIO = 1, MODE_HANG = 2 };

struct slot {
    _Atomic uint32_t mode;
    _Atomic uint32_t count;
};

static struct slot *slots;
static char *drives[SLOTS_MAX];
static size_t drive_lengths[SLOTS_MAX];
static int drive_count;

static long raw(long number, long a, long b, long c, long d, long e, long f) {
    static long (*real)(long, ...);
    if (!real)
        real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    return real(number, a, b, c, d, e, f);
}

__attribute__((constructor)) static void set_up(void) {
    const char *control = getenv("FAULTY_CONTROL"), *list = getenv("FAULTY_DRIVES");
    if (!control || !list)
        return;
    int fd = (int)raw(SYS_openat, AT_FDCWD, (long)control, O_RDWR | O_CLOEXEC, 0, 0, 0);
    void *mapped = fd < 0 ? MAP_FAILED
                          : mmap(NULL, SLOTS_MAX * sizeof(struct slot), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) {
        fprintf(stderr, "faulty: cannot map %s: %s\n", control, strerror(errno));
        abort();
    }
    raw(SYS_close, fd, 0, 0, 0, 0, 0);
    char *copy = strdup(list), *rest = copy;
    for (char *drive; drive_count < SLOTS_MAX && (drive = strsep(&rest, ":"));) {
        drives[drive_count] = drive;
        drive_lengths[drive_count++] = strlen(drive);
    }
    slots = mapped;
}

static int any_mode(void) {
    if (!slots)
        return 0;
    for (int index = 0; index < drive_count; index++)
        if (atomic_load_explicit(&slots[index].mode, memory_order_relaxed) != MODE_NONE)
            return 1;
    return 0;
}

static int slot_of(const char *path) {
    for (int index = 0; index < drive_count; index++)
        if (!strncmp(path, drives[index], drive_lengths[index])) {
            char next = path[drive_lengths[index]];
            if (next == '\0' || next == '/' || next == ' ')  // " (deleted)" follows an unlinked file's name
                return index;
        }
    return -1;
}

// True, with errno set, when the call is to fail; waits while the drive hangs.
static int fails(int index) {
    if (index < 0)
        return 0;
    uint32_t mode = atomic_load(&slots[index].mode);
    if (mode == MODE_NONE)
        return 0;
    atomic_fetch_add(&slots[index].count, 1);
    while (mode == MODE_HANG) {
        struct timespec pause = {0, 2000000};
        raw(SYS_nanosleep, (long)&pause, 0, 0, 0, 0, 0);
        mode = atomic_load(&slots[index].mode);
    }
    if (mode == MODE_EIO)
        errno = EIO;
    return mode == MODE_EIO;
}

// The path a descriptor was opened by, as the kernel knows it now; empty when it has none.
static void path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    int saved = errno;
    if (fd == AT_FDCWD)
        strcpy(link, "/proc/self/cwd");
    else
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = raw(SYS_readlinkat, AT_FDCWD, (long)link, (long)path, PATH_MAX - 1, 0, 0);
    path[length < 0 ? 0 : length] = '\0';
    errno = saved;
}

static int fails_fd(int fd) {
    if (!any_mode() || fd < 0)
        return 0;
    char path[PATH_MAX];
    path_of(fd, path);
    return fails(slot_of(path));
}

static int fails_at(int fd, const char *name) {
    if (!any_mode() || !name)
        return 0;
    if (name[0] == '/')
        return fails(slot_of(name));
    char path[PATH_MAX];
    path_of(fd, path);
    if (!path[0])
        return 0;
    strncat(path, "/", PATH_MAX - strlen(path) - 1);
    strncat(path, name, PATH_MAX - strlen(path) - 1);
    return fails(slot_of(path));
}

// `name` with the same arguments, unless `check` says that its drive is bad.
#define WRAP(type, name, parameters, arguments, check, failure)            \
    type name parameters {                                                 \
        static void *found;                                                \
        if (!found)                                                        \
            found = dlsym(RTLD_NEXT, #name);                               \
        return (check) ? (failure) : ((type(*) parameters)found)arguments; \
    }
#define WRAP_FD(type, name, parameters, arguments) WRAP(type, name, parameters, arguments, fails_fd(fd), -1)
#define WRAP_AT(name, parameters, arguments) WRAP(int, name, parameters, arguments, fails_at(fd, path), -1)
#define WRAP_PATH(name, parameters, arguments) WRAP(int, name, parameters, arguments, fails_at(AT_FDCWD, path), -1)

WRAP_FD(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
WRAP_FD(ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
WRAP_FD(ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
WRAP_FD(ssize_t, readv, (int fd, const struct iovec *to, int count), (fd, to, count))
WRAP_FD(ssize_t, preadv, (int fd, const struct iovec *to, int count, off_t at), (fd, to, count, at))
WRAP_FD(ssize_t, preadv64, (int fd, const struct iovec *to, int count, off64_t at), (fd, to, count, at))
WRAP_FD(ssize_t, preadv2, (int fd, const struct iovec *to, int count, off_t at, int flags), (fd, to, count, at, flags))
WRAP_FD(ssize_t, preadv64v2, (int fd, const struct iovec *to, int count, off64_t at, int flags), (fd, to, count, at, flags))
WRAP_FD(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size))
WRAP_FD(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
WRAP_FD(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
WRAP_FD(ssize_t, writev, (int fd, const struct iovec *from, int count), (fd, from, count))
WRAP_FD(ssize_t, pwritev, (int fd, const struct iovec *from, int count, off_t at), (fd, from, count, at))
WRAP_FD(ssize_t, pwritev64, (int fd, const struct iovec *from, int count, off64_t at), (fd, from, count, at))
WRAP_FD(ssize_t, pwritev2, (int fd, const struct iovec *from, int count, off_t at, int flags), (fd, from, count, at, flags))
WRAP_FD(ssize_t, pwritev64v2, (int fd, const struct iovec *from, int count, off64_t at, int flags), (fd, from, count, at, flags))
WRAP(ssize_t, sendfile, (int out, int fd, off_t *at, size_t size), (out, fd, at, size), fails_fd(fd), -1)
WRAP(ssize_t, sendfile64, (int out, int fd, off64_t *at, size_t size), (out, fd, at, size), fails_fd(fd), -1)
WRAP(ssize_t, splice, (int fd, off64_t *at, int out, off64_t *to, size_t size, unsigned flags), (fd, at, out, to, size, flags),
     fails_fd(fd) || fails_fd(out), -1)
WRAP(ssize_t, copy_file_range, (int fd, off64_t *at, int out, off64_t *to, size_t size, unsigned flags),
     (fd, at, out, to, size, flags), fails_fd(fd) || fails_fd(out), -1)
WRAP_FD(ssize_t, getdents64, (int fd, void *to, size_t size), (fd, to, size))
WRAP_FD(int, fsync, (int fd), (fd))
WRAP_FD(int, fdatasync, (int fd), (fd))
WRAP_FD(int, syncfs, (int fd), (fd))
WRAP_FD(int, sync_file_range, (int fd, off64_t at, off64_t size, unsigned flags), (fd, at, size, flags))
WRAP_FD(int, ftruncate, (int fd, off_t size), (fd, size))
WRAP_FD(int, ftruncate64, (int fd, off64_t size), (fd, size))
WRAP_FD(int, fallocate, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))
WRAP_FD(int, fallocate64, (int fd, int mode, off64_t at, off64_t size), (fd, mode, at, size))
WRAP(int, posix_fallocate, (int fd, off_t at, off_t size), (fd, at, size), fails_fd(fd), EIO)
WRAP(int, posix_fallocate64, (int fd, off64_t at, off64_t size), (fd, at, size), fails_fd(fd), EIO)
WRAP_FD(int, fstat, (int fd, struct stat *to), (fd, to))
WRAP_FD(int, fstat64, (int fd, struct stat64 *to), (fd, to))
WRAP_FD(int, fstatfs, (int fd, struct statfs *to), (fd, to))
WRAP_FD(int, fstatfs64, (int fd, struct statfs64 *to), (fd, to))
WRAP_FD(int, fstatvfs, (int fd, struct statvfs *to), (fd, to))
WRAP_FD(int, flock, (int fd, int operation), (fd, operation))
WRAP_FD(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP_FD(int, futimens, (int fd, const struct timespec times[2]), (fd, times))
WRAP(DIR *, fdopendir, (int fd), (fd), fails_fd(fd), NULL)
WRAP(DIR *, opendir, (const char *path), (path), fails_at(AT_FDCWD, path), NULL)
WRAP(struct dirent *, readdir, (DIR * folder), (folder), fails_fd(dirfd(folder)), NULL)
WRAP(struct dirent64 *, readdir64, (DIR * folder), (folder), fails_fd(dirfd(folder)), NULL)

WRAP_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
WRAP_PATH(rmdir, (const char *path), (path))
WRAP_PATH(unlink, (const char *path), (path))
WRAP_PATH(creat, (const char *path, mode_t mode), (path, mode))
WRAP_PATH(creat64, (const char *path, mode_t mode), (path, mode))
WRAP_PATH(stat, (const char *path, struct stat *to), (path, to))
WRAP_PATH(stat64, (const char *path, struct stat64 *to), (path, to))
WRAP_PATH(lstat, (const char *path, struct stat *to), (path, to))
WRAP_PATH(lstat64, (const char *path, struct stat64 *to), (path, to))
WRAP_PATH(statfs, (const char *path, struct statfs *to), (path, to))
WRAP_PATH(statfs64, (const char *path, struct statfs64 *to), (path, to))
WRAP_PATH(statvfs, (const char *path, struct statvfs *to), (path, to))
WRAP_PATH(access, (const char *path, int mode), (path, mode))
WRAP_PATH(truncate, (const char *path, off_t size), (path, size))
WRAP_AT(mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
WRAP_AT(unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
WRAP_AT(faccessat, (int fd, const char *path, int mode, int flags), (fd, path, mode, flags))
WRAP_AT(fstatat, (int fd, const char *path, struct stat *to, int flags), (fd, path, to, flags))
WRAP_AT(fstatat64, (int fd, const char *path, struct stat64 *to, int flags), (fd, path, to, flags))
WRAP_AT(statx, (int fd, const char *path, int flags, unsigned mask, struct statx *to), (fd, path, flags, mask, to))
WRAP_AT(utimensat, (int fd, const char *path, const struct timespec times[2], int flags), (fd, path, times, flags))
WRAP(int, rename, (const char *from, const char *to), (from, to), fails_at(AT_FDCWD, from) || fails_at(AT_FDCWD, to), -1)
WRAP(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), fails_at(a, from) || fails_at(b, to), -1)
WRAP(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags),
     fails_at(a, from) || fails_at(b, to), -1)
WRAP(int, link, (const char *from, const char *to), (from, to), fails_at(AT_FDCWD, from) || fails_at(AT_FDCWD, to), -1)
WRAP(int, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags),
     fails_at(a, from) || fails_at(b, to), -1)

// The opening calls take a mode only when they may create.
#define MODE_AFTER(last, flags)                 \
    mode_t mode = 0;                            \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {    \
        va_list rest;                           \
        va_start(rest, last);                   \
        mode = (mode_t)va_arg(rest, unsigned);  \
        va_end(rest);                           \
    }

static int open_at(int fd, const char *path, int flags, mode_t mode) {
    return fails_at(fd, path) ? -1 : (int)raw(SYS_openat, fd, (long)path, flags, mode, 0, 0);
}

int open(const char *path, int flags, ...) {
    MODE_AFTER(flags, flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_AFTER(flags, flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int fd, const char *path, int flags, ...) {
    MODE_AFTER(flags, flags)
    return open_at(fd, path, flags, mode);
}

int openat64(int fd, const char *path, int flags, ...) {
    MODE_AFTER(flags, flags)
    return open_at(fd, path, flags, mode);
}

// Calls libc has no name for come through here.
static int fails_raw(long number, long a, long b, long c, long d) {
    switch (number) {
    case SYS_open:
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_unlink:
        return fails_at(AT_FDCWD, (const char *)a);
    case SYS_openat:
    case SYS_openat2:
    case SYS_mkdirat:
    case SYS_unlinkat:
    case SYS_newfstatat:
    case SYS_statx:
        return fails_at((int)a, (const char *)b);
    case SYS_rename:
        return fails_at(AT_FDCWD, (const char *)a) || fails_at(AT_FDCWD, (const char *)b);
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_linkat:
        return fails_at((int)a, (const char *)b) || fails_at((int)c, (const char *)d);
    case SYS_read:
    case SYS_readv:
    case SYS_pread64:
    case SYS_preadv:
    case SYS_preadv2:
    case SYS_write:
    case SYS_writev:
    case SYS_pwrite64:
    case SYS_pwritev:
    case SYS_pwritev2:
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_syncfs:
    case SYS_sync_file_range:
    case SYS_getdents64:
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_flock:
        return fails_fd((int)a);
    default:
        return 0;
    }
}

long syscall(long number, ...) {
    va_list rest;
    va_start(rest, number);
    long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
    long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
    va_end(rest);
    return any_mode() && fails_raw(number, a, b, c, d) ? -1 : raw(number, a, b, c, d, e, f);
}
