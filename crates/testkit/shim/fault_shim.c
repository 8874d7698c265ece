/* Preloaded into the server by the fault rigs: fails chosen syncs and writes below one folder, counts them, and keeps a
 * journal of what reached the disk and what was only written.
 *
 * Built with `cc -shared -fPIC`, preloaded with LD_PRELOAD, told what to do by environment variables:
 *
 *   FAULT_SHIM_FOLDER   only files in this folder (and the folder itself) count; without it the shim does nothing
 *   FAULT_SHIM_COUNTS   a file with four 64-bit numbers in the machine's order: syncs, writes, faults, loaded
 *   FAULT_SHIM_FAULT    what goes wrong, for example
 *                         "sync 5 EIO"      the fifth sync fails
 *                         "sync 5+ EIO"     the fifth and all that follow
 *                         "write 7 ENOSPC"  the seventh write finds no room
 *                         "write 7 short"   the seventh write takes half of its bytes
 *   FAULT_SHIM_WHILE    a file: while it exists, every write finds no room
 *   FAULT_SHIM_JOURNAL  a file that receives one record per write, truncation, removal, renaming and successful sync
 *
 * A record of the journal: kind (1 byte: W T S U R), length of the path (4 bytes), offset (8), length of the bytes (8),
 * path, bytes. For U (removed) there are no bytes, for R (renamed) the bytes are the new path, for T the offset is the
 * new length, for S (synced) there is nothing but the path.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

typedef struct {
    uint64_t syncs, writes, faults, loaded;
} counts_t;

static const char *folder;
static size_t folder_length;
static counts_t private_counts, *counts = &private_counts;
static char fault_kind; /* 's', 'w', or 0 */
static uint64_t fault_at;
static int fault_lasts, fault_errno, fault_short;
static const char *while_file;
static int journal = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void find_the_real_ones(void) {
    real_write = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
    real_writev = (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate");
    real_unlink = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    real_rename = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
}

static void read_fault(const char *text) {
    char kind[16], number[32], what[16];
    if (text == NULL || sscanf(text, "%15s %31s %15s", kind, number, what) != 3) {
        return;
    }
    fault_kind = kind[0];
    fault_at = strtoull(number, NULL, 10);
    fault_lasts = strchr(number, '+') != NULL;
    fault_short = strcmp(what, "short") == 0;
    fault_errno = strcmp(what, "ENOSPC") == 0 ? ENOSPC : EIO;
}

__attribute__((constructor)) static void begin(void) {
    find_the_real_ones();
    folder = getenv("FAULT_SHIM_FOLDER");
    if (folder == NULL) {
        return;
    }
    folder_length = strlen(folder);
    const char *counts_file = getenv("FAULT_SHIM_COUNTS");
    if (counts_file != NULL) {
        int file = open(counts_file, O_RDWR | O_CREAT, 0600);
        if (file >= 0 && real_ftruncate(file, sizeof(counts_t)) == 0) {
            void *shared = mmap(NULL, sizeof(counts_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            if (shared != MAP_FAILED) {
                counts = shared;
                memset(counts, 0, sizeof(counts_t));
                counts->loaded = 1;
            }
        }
        if (file >= 0) {
            close(file);
        }
    }
    read_fault(getenv("FAULT_SHIM_FAULT"));
    while_file = getenv("FAULT_SHIM_WHILE");
    const char *journal_file = getenv("FAULT_SHIM_JOURNAL");
    if (journal_file != NULL) {
        journal = open(journal_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
}

/* The path behind a descriptor, if it is one of ours. */
static int ours(int fd, char *path, size_t size) {
    if (folder == NULL) {
        return 0;
    }
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = 0;
    return strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || path[folder_length] == 0);
}

static int path_is_ours(const char *path) {
    return folder != NULL && strncmp(path, folder, folder_length) == 0 && path[folder_length] == '/';
}

/* Whether this call of its kind is one that shall fail. */
static int fails(char kind, uint64_t number) {
    if (kind == 'w' && while_file != NULL && access(while_file, F_OK) == 0) {
        return 1;
    }
    return fault_kind == kind && fault_at > 0 && (fault_lasts ? number >= fault_at : number == fault_at);
}

static void note(char kind, const char *path, uint64_t offset, const void *bytes, uint64_t length) {
    if (journal < 0) {
        return;
    }
    unsigned char head[21];
    uint32_t path_length = (uint32_t)strlen(path);
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &path_length, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 8);
    struct iovec parts[3] = {
        {head, sizeof head},
        {(void *)path, path_length},
        {(void *)bytes, length},
    };
    ssize_t expected = (ssize_t)(sizeof head + path_length + length);
    if (real_writev(journal, parts, length > 0 ? 3 : 2) != expected) {
        static const char text[] = "fault shim: the journal can't be written\n";
        (void)!real_write(2, text, sizeof text - 1);
        abort();
    }
}

/* One write, at `offset` or, where that is negative, at the descriptor's own place. */
static ssize_t do_write(int fd, const void *bytes, size_t length, off_t offset) {
    char path[4096];
    if (length == 0 || !ours(fd, path, sizeof path)) {
        return offset < 0 ? real_write(fd, bytes, length) : real_pwrite(fd, bytes, length, offset);
    }
    pthread_mutex_lock(&lock);
    uint64_t number = __atomic_add_fetch(&counts->writes, 1, __ATOMIC_SEQ_CST);
    int full = while_file != NULL && access(while_file, F_OK) == 0;
    if (fails('w', number)) {
        __atomic_add_fetch(&counts->faults, 1, __ATOMIC_SEQ_CST);
        if (full || !fault_short) {
            pthread_mutex_unlock(&lock);
            errno = full ? ENOSPC : fault_errno;
            return -1;
        }
        length = length > 1 ? length / 2 : 1;
    }
    off_t place = offset < 0 ? lseek(fd, 0, SEEK_CUR) : offset;
    ssize_t written = offset < 0 ? real_write(fd, bytes, length) : real_pwrite(fd, bytes, length, offset);
    int kept = errno;
    if (written > 0) {
        note('W', path, (uint64_t)place, bytes, (uint64_t)written);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return written;
}

ssize_t write(int fd, const void *bytes, size_t length) { return do_write(fd, bytes, length, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return do_write(fd, bytes, length, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return do_write(fd, bytes, length, offset); }

static int do_sync(int fd, int (*real)(int)) {
    char path[4096];
    if (!ours(fd, path, sizeof path)) {
        return real(fd);
    }
    pthread_mutex_lock(&lock);
    uint64_t number = __atomic_add_fetch(&counts->syncs, 1, __ATOMIC_SEQ_CST);
    if (fails('s', number)) {
        __atomic_add_fetch(&counts->faults, 1, __ATOMIC_SEQ_CST);
        pthread_mutex_unlock(&lock);
        errno = fault_errno;
        return -1;
    }
    int result = real(fd);
    int kept = errno;
    if (result == 0) {
        note('S', path, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}

int fsync(int fd) { return do_sync(fd, real_fsync); }
int fdatasync(int fd) { return do_sync(fd, real_fdatasync); }

static int do_truncate(int fd, off_t length) {
    char path[4096];
    if (!ours(fd, path, sizeof path)) {
        return real_ftruncate(fd, length);
    }
    pthread_mutex_lock(&lock);
    int result = real_ftruncate(fd, length);
    int kept = errno;
    if (result == 0) {
        note('T', path, (uint64_t)length, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}

int ftruncate(int fd, off_t length) { return do_truncate(fd, length); }
int ftruncate64(int fd, off64_t length) { return do_truncate(fd, length); }

int unlink(const char *path) {
    pthread_mutex_lock(&lock);
    int result = real_unlink(path);
    int kept = errno;
    if (result == 0 && path_is_ours(path)) {
        note('U', path, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}

int rename(const char *from, const char *to) {
    pthread_mutex_lock(&lock);
    int result = real_rename(from, to);
    int kept = errno;
    if (result == 0 && path_is_ours(from)) {
        note('R', from, 0, to, strlen(to));
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}
