/* What act does through io_uring, with no library: one operation on request. */
#pragma once

/* LETTERS OPERATION ARGUMENT... */
int act_ring(char **args);
