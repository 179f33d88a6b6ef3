/* Holds MIB of memory together with two children: sharing MIB. Says their pids once all three are there. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc != 2) return 2;
	size_t bytes = (size_t)atoi(argv[1]) << 20;
	char *memory = malloc(bytes);
	if (memory == NULL) return 2;
	memset(memory, 1, bytes);
	alarm(300); /* should whoever started it be gone */
	for (int i = 0; i < 2; i++) {
		pid_t child = fork();
		if (child < 0) return 2;
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;) pause();
		}
		printf("%d ", child);
	}
	fflush(stdout);
	for (;;) pause();
}
