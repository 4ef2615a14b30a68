// The endpoint and the load of the public shape (G1, G2), in C: both together cost a third of what Node's sockets cost,
// and with all of it on two processors their cost would be taken for the gateway's. Compiled by the rig where there is a
// compiler. Linux.
//
// shape serve FOLDER: answers by the files `models`, `plain` and `stream` there, whose pieces end in a NUL and are written
// one by one; prints its port. shape load PORT CONNECTIONS EVENTS WARM_MS WINDOW_MS REQUEST_FILE: each connection asks
// again when it is answered; EVENTS above 0 asks for whole streams. Prints what came of it as JSON.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_BYTES = 16384, READ_BYTES = 65536, MOST_EVENTS = 256, MOST_SAMPLES = 4000000, RETRY_US = 5000 };

struct bytes { char *at; size_t size; };

// One connection of either side. A client's fields behind `used` are of the answer that is being read.
struct peer {
	int fd;
	char head[HEAD_BYTES];
	size_t used;
	double sent_ms;
	int status, is_reading, is_chunked, has_length, is_last, is_done, events, has_begun;
	long left;              // of a body with a length, or of the chunk
	char line[32];          // a size line
	size_t line_used;
	int matched;            // how much of "data: " was seen last
};

static void fail(const char *what) {
	perror(what);
	exit(1);
}

static double now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static struct bytes read_file(const char *folder, const char *name) {
	char path[4096];
	snprintf(path, sizeof path, "%s%s%s", folder, *folder ? "/" : "", name);
	int fd = open(path, O_RDONLY);
	struct stat found;
	if (fd < 0 || fstat(fd, &found) < 0) fail(path);
	struct bytes all = { malloc(found.st_size), found.st_size };
	if (!all.at || read(fd, all.at, all.size) != (ssize_t)all.size) fail(path);
	close(fd);
	return all;
}

// What does not fit is waited for: an answer is small.
static int write_all(int fd, const char *at, size_t size) {
	while (size > 0) {
		ssize_t written = write(fd, at, size);
		if (written < 0 && errno == EAGAIN) {
			struct pollfd room = { fd, POLLOUT, 0 };
			if (poll(&room, 1, 2000) <= 0) return -1;
			continue;
		}
		if (written < 0) return -1;
		at += written;
		size -= written;
	}
	return 0;
}

static void add(int poller, struct peer *peer) {
	int on = 1;
	setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };
	if (epoll_ctl(poller, EPOLL_CTL_ADD, peer->fd, &event) < 0) fail("epoll_ctl");
}

static struct sockaddr_in loopback(int port) {
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

// ---- the endpoint

static struct bytes models, plain, stream;

static int answer(struct peer *peer) {
	if (!strncmp(peer->head, "GET ", 4)) return write_all(peer->fd, models.at, models.size);
	int is_stream = memmem(peer->head, peer->used, "\"stream\":true", 13) ||
		memmem(peer->head, peer->used, "\"stream\": true", 14);
	if (!is_stream) return write_all(peer->fd, plain.at, plain.size);
	for (char *at = stream.at; at < stream.at + stream.size; at += strlen(at) + 1)
		if (write_all(peer->fd, at, strlen(at)) < 0) return -1;
	return 0;
}

// Answers when a request is whole. Below 0 when the connection is over.
static int serve_read(struct peer *peer) {
	ssize_t count = read(peer->fd, peer->head + peer->used, HEAD_BYTES - 1 - peer->used);
	if (count <= 0) return count < 0 && errno == EAGAIN ? 0 : -1;
	peer->used += count;
	peer->head[peer->used] = 0;
	char *end = memmem(peer->head, peer->used, "\r\n\r\n", 4);
	if (!end) return peer->used < HEAD_BYTES - 1 ? 0 : -1;
	char *length = strcasestr(peer->head, "\r\ncontent-length:");
	size_t whole = end + 4 - peer->head + (length && length < end ? atol(length + 17) : 0);
	if (peer->used < whole) return whole < HEAD_BYTES ? 0 : -1;
	int result = answer(peer);
	peer->used = 0;
	return result;
}

static void serve(const char *folder) {
	models = read_file(folder, "models");
	plain = read_file(folder, "plain");
	stream = read_file(folder, "stream");
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poller = epoll_create1(0);
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof address;
	if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1024) < 0) fail("listen");
	getsockname(listener, (struct sockaddr *)&address, &size);
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL }, events[MOST_EVENTS];
	epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		int count = epoll_wait(poller, events, MOST_EVENTS, -1);
		for (int index = 0; index < count; index++) {
			struct peer *peer = events[index].data.ptr;
			if (!peer) {
				int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
				if (fd < 0) continue;
				peer = calloc(1, sizeof *peer);
				peer->fd = fd;
				add(poller, peer);
			} else if (serve_read(peer) < 0) {
				close(peer->fd);
				free(peer);
			}
		}
	}
}

// ---- the load

static int port, events_due, poller, is_measuring;
static struct bytes request;
static float *latencies, *first_events;
static long answers, firsts, failed, all_events;

static void ask(struct peer *peer) {
	int fd = peer->fd;
	memset(peer, 0, sizeof *peer);
	peer->fd = fd;
	peer->sent_ms = now_ms();
	write_all(fd, request.at, request.size);
}

static void open_peer(struct peer *peer) {
	struct sockaddr_in address = loopback(port);
	peer->fd = socket(AF_INET, SOCK_STREAM, 0);
	while (connect(peer->fd, (struct sockaddr *)&address, sizeof address) < 0) usleep(RETRY_US);
	fcntl(peer->fd, F_SETFL, O_NONBLOCK);
	add(poller, peer);
	ask(peer);
}

static void finish(struct peer *peer) {
	int is_whole = peer->status == 200 && (!events_due || (peer->is_done && peer->events == events_due));
	if (is_measuring && !is_whole) failed++;
	if (is_measuring && is_whole && answers < MOST_SAMPLES) latencies[answers++] = now_ms() - peer->sent_ms;
}

// Counts what a stream's payload says, wherever it is cut.
static void look_at(struct peer *peer, const char *at, long size) {
	static const char mark[] = "data: ";
	for (long index = 0; index < size; index++) {
		char byte = at[index];
		if (peer->matched < 6) {
			peer->matched = byte == mark[peer->matched] ? peer->matched + 1 : byte == 'd';
			continue;
		}
		peer->matched = byte == 'd';
		if (byte == '[') peer->is_done = 1;
		if (byte != '{') continue;
		peer->events++;
		all_events += is_measuring;
		if (!peer->has_begun && is_measuring && firsts < MOST_SAMPLES) first_events[firsts++] = now_ms() - peer->sent_ms;
		peer->has_begun = 1;
	}
}

// True when the answer is whole.
static int take_body(struct peer *peer, const char *at, long size) {
	if (peer->has_length) return (peer->left -= size) <= 0;
	if (!peer->is_chunked) return 0;
	for (long index = 0; index < size;) {
		if (peer->left > 0) {
			long taken = peer->left < size - index ? peer->left : size - index;
			look_at(peer, at + index, taken);
			peer->left -= taken;
			index += taken;
			continue;
		}
		char byte = at[index++];
		if (byte != '\n') {
			if (byte != '\r' && peer->line_used < sizeof peer->line - 1) peer->line[peer->line_used++] = byte;
			continue;
		}
		if (peer->line_used == 0 && peer->is_last) return 1;
		peer->line[peer->line_used] = 0;
		if (peer->line_used > 0) peer->is_last = (peer->left = strtol(peer->line, NULL, 16)) == 0;
		peer->line_used = 0;
	}
	return 0;
}

// 1: the answer is whole, 0: it is not yet, -1: the connection is over.
static int take(struct peer *peer) {
	static char buffer[READ_BYTES];
	ssize_t count = read(peer->fd, buffer, sizeof buffer);
	if (count <= 0) return count < 0 && errno == EAGAIN ? 0 : -1;
	if (peer->is_reading) return take_body(peer, buffer, count);
	size_t before = peer->used, room = HEAD_BYTES - 1 - before;
	memcpy(peer->head + before, buffer, (size_t)count < room ? (size_t)count : room);
	peer->used += (size_t)count < room ? (size_t)count : room;
	char *end = memmem(peer->head, peer->used, "\r\n\r\n", 4);
	if (!end) return peer->used < HEAD_BYTES - 1 ? 0 : -1;
	*end = 0;
	peer->status = atoi(peer->head + 9);
	char *length = strcasestr(peer->head, "\r\ncontent-length:");
	peer->has_length = length != NULL;
	if (length) peer->left = atol(length + 17);
	peer->is_chunked = strcasestr(peer->head, "\r\ntransfer-encoding: chunked") != NULL;
	peer->is_reading = 1;
	size_t from = end + 4 - peer->head - before;
	return take_body(peer, buffer + from, count - from);
}

static void run(double until_ms) {
	struct epoll_event events[MOST_EVENTS];
	while (now_ms() < until_ms) {
		int count = epoll_wait(poller, events, MOST_EVENTS, 10);
		for (int index = 0; index < count; index++) {
			struct peer *peer = events[index].data.ptr;
			int state = take(peer);
			if (state == 0) continue;
			finish(peer);
			if (state > 0) ask(peer);
			else {
				close(peer->fd);
				open_peer(peer);
			}
		}
	}
}

static void print_list(const char *name, const float *values, long count) {
	printf(",\"%s\":[", name);
	for (long index = 0; index < count; index++) printf(index ? ",%.4f" : "%.4f", values[index]);
	printf("]");
}

static int load(char **words) {
	port = atoi(words[0]);
	int connections = atoi(words[1]);
	events_due = atoi(words[2]);
	request = read_file("", words[5]);
	latencies = malloc(sizeof(float) * MOST_SAMPLES);
	first_events = malloc(sizeof(float) * MOST_SAMPLES);
	poller = epoll_create1(0);
	for (int index = 0; index < connections; index++) open_peer(calloc(1, sizeof(struct peer)));
	run(now_ms() + atof(words[3]));
	is_measuring = 1;
	double started_ms = now_ms();
	run(started_ms + atof(words[4]));
	double seconds = (now_ms() - started_ms) / 1e3;
	printf("{\"answers\":%ld,\"events\":%ld,\"failed\":%ld,\"seconds\":%.6f", answers, all_events, failed, seconds);
	print_list("latencies", latencies, answers);
	print_list("firstEvents", first_events, firsts);
	printf("}\n");
	return 0;
}

int main(int count, char **words) {
	// Who is written to may be gone.
	signal(SIGPIPE, SIG_IGN);
	if (count == 3 && !strcmp(words[1], "serve")) serve(words[2]);
	if (count == 8 && !strcmp(words[1], "load")) return load(words + 2);
	fprintf(stderr, "shape serve FOLDER | shape load PORT CONNECTIONS EVENTS WARM_MS WINDOW_MS REQUEST_FILE\n");
	return 2;
}
