"""Other kernels than this machine's: Debian's, in a virtual machine without a disk."""
