/* SPDX-License-Identifier: Apache-2.0
 *
 * What only the program itself may do to its process; everything else is in the library. */
#include "base/map.h"
#include "command/command.h"

#include <locale.h>
#include <signal.h>

int main(int argc, char **argv)
{
    dw_hash_seed();
    /* For file names in archives; other categories stay as in C, so that output does not depend on the machine. */
    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    return dw_command_main(argc, argv, stdin, stdout, stderr);
}
