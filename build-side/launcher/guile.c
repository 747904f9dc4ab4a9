/* bin/guile of the runtime of build scripts: Node with strata's interpreter, and the arguments given to this program.
   A program, not a shell script: a shell starts later and drops environment variables whose names it does not like,
   such as those with spaces, while a derivation may have any.
   NODE, BLOB and START are defined when it is compiled, see runtime/bootstrap/runtime-item.ts.  */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  static char *const before[] = { NODE, NODE_OPTIONS, "--snapshot-blob", BLOB, START };
  size_t fixed = sizeof before / sizeof before[0];
  char **arguments = calloc (fixed + argc + 1, sizeof *arguments);

  if (arguments == NULL)
    {
      perror ("guile");
      return 1;
    }
  for (size_t i = 0; i < fixed; i++)
    arguments[i] = before[i];
  for (int i = 1; i < argc; i++)
    arguments[fixed + i - 1] = argv[i];
  execv (NODE, arguments);
  perror (NODE);
  return 127;
}
