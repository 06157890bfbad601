/*
 * Addresses as numbers. Everything is IPv6 here, so that there is one way to
 * compare.
 */
#include "server/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

#define ADDRESS_BITS 128
#define MAPPED_BITS 96 /* of ::ffff:0:0/96 */

struct address_net {
	struct address address;
	unsigned int bits;
};

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool
address_is_v4(const struct address *address)
{
	return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

static void
address_set_v4(struct address *address, const void *bytes)
{
	memcpy(address->bytes, mapped, sizeof(mapped));
	memcpy(address->bytes + sizeof(mapped), bytes, 4);
}

bool
address_from(const struct sockaddr *peer, struct address *address)
{
	const struct sockaddr_in *v4;
	const struct sockaddr_in6 *v6;

	if (peer->sa_family == AF_INET) {
		v4 = (const struct sockaddr_in *)(const void *)peer;
		address_set_v4(address, &v4->sin_addr);
	} else if (peer->sa_family == AF_INET6) {
		v6 = (const struct sockaddr_in6 *)(const void *)peer;
		memcpy(address->bytes, &v6->sin6_addr, sizeof(address->bytes));
	} else {
		return false;
	}
	return true;
}

bool
address_parse(const char *text, size_t len, struct address *address)
{
	char host[64], *colon;
	struct in_addr v4;

	if (len == 0 || len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (host[0] == '[') {
		colon = strchr(host, ']');
		if (colon == NULL || (colon[1] != '\0' && colon[1] != ':'))
			return false;
		*colon = '\0';
		return inet_pton(AF_INET6, host + 1, address->bytes) == 1;
	}
	/* One colon alone sets a port off; more are IPv6. */
	colon = strchr(host, ':');
	if (colon != NULL && strchr(colon + 1, ':') != NULL)
		return inet_pton(AF_INET6, host, address->bytes) == 1;
	if (colon != NULL)
		*colon = '\0';
	if (inet_pton(AF_INET, host, &v4) != 1)
		return false;
	address_set_v4(address, &v4);
	return true;
}

uint64_t
address_limited(const struct address *address, bool *v6)
{
	size_t i, at;
	uint64_t value = 0;

	*v6 = !address_is_v4(address);
	at = *v6 ? 0 : 8;
	for (i = 0; i < 8; i++)
		value = value << 8 | address->bytes[at + i];
	return value;
}

/* One item of a list. */
static bool
address_net_parse(struct address_net *net, const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len);
	unsigned int bits = 0, most = ADDRESS_BITS;
	const char *at, *end = text + len;

	if (!address_parse(text, slash != NULL ? (size_t)(slash - text) : len,
		&net->address))
		return false;
	if (address_is_v4(&net->address))
		most = ADDRESS_BITS - MAPPED_BITS;
	if (slash == NULL) {
		bits = most;
	} else {
		if (slash + 1 == end || end - slash > 4)
			return false;
		for (at = slash + 1; at < end; at++) {
			if (*at < '0' || *at > '9')
				return false;
			bits = bits * 10 + (unsigned int)(*at - '0');
		}
		if (bits > most)
			return false;
	}
	net->bits = bits + ADDRESS_BITS - most;
	return true;
}

bool
address_list_parse(struct address_list *list, const char *text, char *cause,
    size_t cause_size)
{
	const char *at = text;
	struct address_net net;
	size_t len;

	list->nets = NULL;
	list->count = 0;
	while (*at != '\0') {
		at += strspn(at, ", \t");
		len = strcspn(at, ", \t");
		if (len == 0)
			break;
		if (!address_net_parse(&net, at, len)) {
			snprintf(cause, cause_size,
			    "\"%.*s\" is no address and no network", (int)len,
			    at);
			address_list_release(list);
			return false;
		}
		list->nets = xreallocarray(list->nets, list->count + 1,
		    sizeof(*list->nets));
		list->nets[list->count++] = net;
		at += len;
	}
	return true;
}

void
address_list_release(struct address_list *list)
{
	free(list->nets);
	list->nets = NULL;
	list->count = 0;
}

static bool
address_in(const struct address *address, const struct address_net *net)
{
	unsigned int whole = net->bits / 8, rest = net->bits % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	if (memcmp(address->bytes, net->address.bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    ((address->bytes[whole] ^ net->address.bytes[whole]) & mask) == 0;
}

bool
address_list_has(const struct address_list *list, const struct address *address)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (address_in(address, &list->nets[i]))
			return true;
	return false;
}
