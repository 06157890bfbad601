/*
 * Network addresses as limits and proxy lists see them: 16 bytes, IPv4 in its
 * mapped form (RFC 4291 section 2.5.5.2). Pure; it resolves no names.
 */
#ifndef SERVER_ADDRESS_H
#define SERVER_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
	uint8_t bytes[16];
};

/* The address of a peer; false where the family has none of the two. */
bool address_from(const struct sockaddr *peer, struct address *address);

/* Reads "192.0.2.1", "2001:db8::1", "[2001:db8::1]", the first and the last also
 * with ":port" behind. False for anything else. */
bool address_parse(const char *text, size_t len, struct address *address);

/* What limits count: an IPv4 address, or the /64 of an IPv6 one (then *v6). */
uint64_t address_limited(const struct address *address, bool *v6);

/* Networks, "10.0.0.0/8, ::1, 192.0.2.7". */
struct address_list {
	struct address_net *nets;
	size_t count;
};

/* Reads a comma-separated list; a lone address is a network of one. False with a
 * sentence in `cause`, and the list empty. */
bool address_list_parse(struct address_list *list, const char *text,
    char *cause, size_t cause_size);
void address_list_release(struct address_list *list);

bool address_list_has(const struct address_list *list,
    const struct address *address);

#endif
