#include "sensor/syscall/names-table.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* The C library says 0, since it always asks for it; programs may pass the kernel's bit. */
#define KERNEL_O_LARGEFILE 0100000
const struct syscall_name syscall_open_flags[] = {
    {KERNEL_O_LARGEFILE, "O_LARGEFILE", 0},
    NAME(O_DIRECTORY),
    NAME(O_DIRECT),
    NAME(O_TRUNC),
    NAME(O_SYNC),
    NAME(O_NONBLOCK),
    NAME(O_EXCL),
    {O_DSYNC, "O_DSYNC", O_SYNC},
    NAME(O_APPEND),
    NAME(O_CREAT),
    {O_RDWR, "O_RDWR", O_ACCMODE},
    {O_WRONLY, "O_WRONLY", O_ACCMODE},
    {O_RDONLY, "O_RDONLY", O_ACCMODE},
    NAME(O_CLOEXEC),
    NAME(O_TMPFILE),
    NAME(O_NOFOLLOW),
    NAME(O_NOATIME),
    NAME(O_NOCTTY),
    NAME(O_PATH),
    NAME(O_ASYNC),
    END,
};

const struct syscall_name syscall_mode_bits[] = {
    NAME(S_IXOTH), NAME(S_IWOTH), NAME(S_IROTH), NAME(S_IXGRP), NAME(S_IWGRP),
    NAME(S_IRGRP), NAME(S_IXUSR), NAME(S_IWUSR), NAME(S_IRUSR), NAME(S_ISVTX),
    NAME(S_ISGID), NAME(S_ISUID), END,
};

const struct syscall_name syscall_at_flags[] = {
    NAME(AT_EMPTY_PATH),
    NAME(AT_SYMLINK_NOFOLLOW),
    NAME(AT_SYMLINK_FOLLOW),
    NAME(AT_NO_AUTOMOUNT),
    {0x8000, "AT_RECURSIVE", 0},
    {0x200, "AT_EACCESS", 0},
    END,
};

const struct syscall_name syscall_unlink_flags[] = {NAME(AT_REMOVEDIR), END};

const struct syscall_name syscall_rename_flags[] = {
    {1, "RENAME_NOREPLACE", 0},
    {2, "RENAME_EXCHANGE", 0},
    {4, "RENAME_WHITEOUT", 0},
    END,
};

const struct syscall_name syscall_mount_flags[] = {
    {1, "RDONLY", 0},
    {2, "NOSUID", 0},
    {4, "NODEV", 0},
    {8, "NOEXEC", 0},
    {16, "SYNCHRONOUS", 0},
    {32, "REMOUNT", 0},
    {64, "MANDLOCK", 0},
    {128, "DIRSYNC", 0},
    {256, "NOSYMFOLLOW", 0},
    {1024, "NOATIME", 0},
    {2048, "NODIRATIME", 0},
    {4096, "BIND", 0},
    {8192, "MOVE", 0},
    {16384, "REC", 0},
    {32768, "SILENT", 0},
    {1 << 16, "POSIXACL", 0},
    {1 << 17, "UNBINDABLE", 0},
    {1 << 18, "PRIVATE", 0},
    {1 << 19, "SLAVE", 0},
    {1 << 20, "SHARED", 0},
    {1 << 21, "RELATIME", 0},
    {1 << 22, "KERNMOUNT", 0},
    {1 << 23, "I_VERSION", 0},
    {1 << 24, "STRICTATIME", 0},
    {1 << 25, "LAZYTIME", 0},
    END,
};

const struct syscall_name syscall_unmount_flags[] = {
    {1, "FORCE", 0}, {2, "DETACH", 0}, {4, "EXPIRE", 0}, {8, "NOFOLLOW", 0}, END,
};

const struct syscall_name syscall_access_modes[] = {
    {0, "F_OK", UINT64_MAX}, {4, "R_OK", 0}, {2, "W_OK", 0}, {1, "X_OK", 0}, END,
};

const struct syscall_name syscall_fcntl_commands[] = {
    NAME(F_DUPFD),
    NAME(F_GETFD),
    NAME(F_SETFD),
    NAME(F_GETFL),
    NAME(F_SETFL),
    NAME(F_GETLK),
    NAME(F_SETLK),
    NAME(F_SETLKW),
    NAME(F_SETOWN),
    NAME(F_GETOWN),
    NAME(F_SETSIG),
    NAME(F_GETSIG),
    NAME(F_SETOWN_EX),
    NAME(F_GETOWN_EX),
    {36, "F_OFD_GETLK", 0},
    {37, "F_OFD_SETLK", 0},
    {38, "F_OFD_SETLKW", 0},
    NAME(F_SETLEASE),
    NAME(F_GETLEASE),
    NAME(F_NOTIFY),
    NAME(F_DUPFD_CLOEXEC),
    NAME(F_SETPIPE_SZ),
    NAME(F_GETPIPE_SZ),
    NAME(F_ADD_SEALS),
    NAME(F_GET_SEALS),
    NAME(F_GET_RW_HINT),
    NAME(F_SET_RW_HINT),
    NAME(F_GET_FILE_RW_HINT),
    NAME(F_SET_FILE_RW_HINT),
    END,
};

const struct syscall_name syscall_seek_origins[] = {
    {0, "SEEK_SET", 0},  {1, "SEEK_CUR", 0},  {2, "SEEK_END", 0},
    {3, "SEEK_DATA", 0}, {4, "SEEK_HOLE", 0}, END,
};

const struct syscall_name syscall_lock_operations[] = {
    NAME(LOCK_SH), NAME(LOCK_EX), NAME(LOCK_NB), NAME(LOCK_UN), END,
};

const struct syscall_name syscall_splice_flags[] = {
    NAME(SPLICE_F_MOVE), NAME(SPLICE_F_NONBLOCK), NAME(SPLICE_F_MORE), NAME(SPLICE_F_GIFT), END,
};

const struct syscall_name syscall_memfd_flags[] = {
    NAME(MFD_CLOEXEC),         NAME(MFD_ALLOW_SEALING), NAME(MFD_HUGETLB),
    {8, "MFD_NOEXEC_SEAL", 0}, {16, "MFD_EXEC", 0},     END,
};

const struct syscall_name syscall_io_uring_flags[] = {
    {1, "IORING_ENTER_GETEVENTS", 0},        {2, "IORING_ENTER_SQ_WAKEUP", 0},
    {4, "IORING_ENTER_SQ_WAIT", 0},          {8, "IORING_ENTER_EXT_ARG", 0},
    {16, "IORING_ENTER_REGISTERED_RING", 0}, END,
};

const struct syscall_name syscall_io_uring_operations[] = {
    {0, "IORING_REGISTER_BUFFERS", 0},
    {1, "IORING_UNREGISTER_BUFFERS", 0},
    {2, "IORING_REGISTER_FILES", 0},
    {3, "IORING_UNREGISTER_FILES", 0},
    {4, "IORING_REGISTER_EVENTFD", 0},
    {5, "IORING_UNREGISTER_EVENTFD", 0},
    {6, "IORING_REGISTER_FILES_UPDATE", 0},
    {7, "IORING_REGISTER_EVENTFD_ASYNC", 0},
    {8, "IORING_REGISTER_PROBE", 0},
    {9, "IORING_REGISTER_PERSONALITY", 0},
    {10, "IORING_UNREGISTER_PERSONALITY", 0},
    {11, "IORING_REGISTER_RESTRICTIONS", 0},
    {12, "IORING_REGISTER_ENABLE_RINGS", 0},
    {13, "IORING_REGISTER_FILES2", 0},
    {14, "IORING_REGISTER_FILES_UPDATE2", 0},
    {15, "IORING_REGISTER_BUFFERS2", 0},
    {16, "IORING_REGISTER_BUFFERS_UPDATE", 0},
    {17, "IORING_REGISTER_IOWQ_AFF", 0},
    {18, "IORING_UNREGISTER_IOWQ_AFF", 0},
    {19, "IORING_REGISTER_IOWQ_MAX_WORKERS", 0},
    {20, "IORING_REGISTER_RING_FDS", 0},
    {21, "IORING_UNREGISTER_RING_FDS", 0},
    END,
};

const struct syscall_name syscall_epoll_operations[] = {
    NAME(EPOLL_CTL_ADD),
    NAME(EPOLL_CTL_DEL),
    NAME(EPOLL_CTL_MOD),
    END,
};

const struct syscall_name syscall_close_range_flags[] = {
    {2, "CLOSE_RANGE_UNSHARE", 0},
    {4, "CLOSE_RANGE_CLOEXEC", 0},
    END,
};

const struct syscall_name syscall_new_descriptor_flags[] = {
    NAME(O_CLOEXEC),
    NAME(O_NONBLOCK),
    NAME(O_DIRECT),
    END,
};

const struct syscall_name syscall_fsconfig_commands[] = {
    {0, "FSCONFIG_SET_FLAG", 0},        {1, "FSCONFIG_SET_STRING", 0},
    {2, "FSCONFIG_SET_BINARY", 0},      {3, "FSCONFIG_SET_PATH", 0},
    {4, "FSCONFIG_SET_PATH_EMPTY", 0},  {5, "FSCONFIG_SET_FD", 0},
    {6, "FSCONFIG_CMD_CREATE", 0},      {7, "FSCONFIG_CMD_RECONFIGURE", 0},
    {8, "FSCONFIG_CMD_CREATE_EXCL", 0}, END,
};
