// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EXPECT: clean
// OPTIONS: --schedules 200 --timeout 10000
// Lines and blocks arrive in parts: who reads them through a stream waits for the rest as well.
#include "../../schedules/programs/processes.h"

static int channel[2];

static void send(const char* text) { write(channel[1], text, strlen(text)); }

static void sendParts(void) {
    send("ha");
    send("lf\ntwo ");
    send("words\n0123");
    send("4567");
    send("89,no end");
}

int main(void) {
    pipe(channel);
    start(sendParts);
    close(channel[1]);
    FILE* input = fdopen(channel[0], "r");
    char text[16] = "", block[11] = "", *line = NULL;
    size_t bytes = 0;
    const int half = fgets(text, sizeof text, input) == text && strcmp(text, "half\n") == 0;
    const int two = getline(&line, &bytes, input) == 10 && strcmp(line, "two words\n") == 0;
    const int digits = fread(block, 5, 2, input) == 2 && strcmp(block, "0123456789") == 0;
    const int comma = getdelim(&line, &bytes, ',', input) == 1 && strcmp(line, ",") == 0;
    const int rest = fgets(text, 4, input) == text && strcmp(text, "no ") == 0 && fread(block, 1, 10, input) == 3;
    const int end = feof(input) && fgets(text, sizeof text, input) == NULL && getline(&line, &bytes, input) == -1;
    free(line);
    while (wait(NULL) > 0) {
    }
    return half && two && digits && comma && rest && end ? 0 : 1;
}
