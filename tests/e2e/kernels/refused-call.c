/* Makes a link that seccomp refuses, by a call that it answers with EPERM. */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "refuse.h"

int main(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || refuse_call(SYS_symlinkat))
        return 2;
    return symlinkat("/etc/shadow", AT_FDCWD, "/tmp/refused") == -1 && errno == EPERM ? 0 : 1;
}
