/*
 * The HTTP request parser against http-parser 2.9.4, which others wrote: whatever
 * we accept, it accepts too, as the same messages with the same method, target,
 * headers and body. It may accept more. The requests are good ones that a seeded
 * generator has damaged where smuggling happens: line ends, white space, lengths,
 * codings, chunks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <http_parser.h>

#include "shared/buf.h"
#include "shared/http.h"
#include "tests/unit/dice.h"
#include "tests/unit/http_feed.h"

#define ROUNDS 60000

static const char *const requests[] = {
	"GET /v1/me?a=1&b=2 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
	"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	"POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
	"POST /v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	"5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
	"PUT /v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	"1\r\nx\r\n0\r\nX-Sum: y\r\n\r\n",
	"DELETE http://a.example:80/v1/y?z HTTP/1.1\r\nHost: a.example\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
	"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
	"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
	"PATCH /v1/x HTTP/1.1\r\nHost: [::1]:80\r\nExpect: 100-continue\r\n"
	"Content-Length: 3\r\n\r\n{ }",
	"HEAD /%7e HTTP/1.1\r\nHost: \r\nX:\r\nY: \t z \r\n\r\n",
};

/* What is put into requests, besides single bytes. */
static const char *const words[] = {
	"\r\n",
	"\r",
	"\n",
	"\r\n\r\n",
	"\r\n ",
	" ",
	"\t",
	":",
	",",
	";",
	"\x0b",
	"\x7f",
	"\x80",
	"0",
	"1",
	"+",
	"-",
	"chunked",
	", chunked",
	"Content-Length: 4\r\n",
	"Content-Length: 0\r\n",
	"content-length:6\r\n",
	"Transfer-Encoding: chunked\r\n",
	"Transfer-Encoding: identity\r\n",
	"Transfer-Encoding : chunked\r\n",
	"Connection: close\r\n",
	"Connection: upgrade\r\n",
	"Upgrade: h2c\r\n",
	"Host: b\r\n",
	"0\r\n\r\n",
	"GET ",
	" HTTP/1.0",
	" HTTP/1.1",
	"1.9",
	"http://",
	"//",
	"%",
	"?",
	"#",
	"@",
	"*",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Messages written down, one like the other. */
struct account {
	struct buf text;
	struct buf field, value; /* http-parser gives them in pieces */
	struct buf url, body;
	bool in_trailers;
	size_t messages;
};

static void
account_release(struct account *account)
{
	buf_release(&account->text);
	buf_release(&account->field);
	buf_release(&account->value);
	buf_release(&account->url);
	buf_release(&account->body);
}

static void
put_span(struct buf *out, const char *before, struct span span)
{
	buf_puts(out, before);
	if (span.len > 0)
		buf_append(out, span.data, span.len);
}

static struct span
span_of(const struct buf *buf)
{
	return (struct span){ buf->data, buf->len };
}

static void
put_header(struct buf *out, struct span name, struct span value)
{
	/* http-parser leaves white space behind a value. */
	while (value.len > 0 &&
	    (value.data[value.len - 1] == ' ' ||
		value.data[value.len - 1] == '\t'))
		value.len--;
	put_span(out, "\n", name);
	put_span(out, ": ", value);
}

static void
put_start(struct buf *out, struct span method, struct span target)
{
	put_span(out, "\n\n", method);
	put_span(out, " ", target);
}

/* What http-parser is known to refuse without need: methods that are not on its
 * list, headers whose names only begin with Transfer-Encoding, and a tab behind a
 * coding or a length, which is white space like any (RFC 9110 section 5.5). */
static bool
head_comparable(const struct http_head *head)
{
	static const char coding[] = "Transfer-Encoding";
	bool known = false;

	for (int i = HTTP_DELETE; i <= HTTP_SOURCE; i++)
		known |= span_equal(head->method, http_method_str(i));
	for (size_t i = 0; i < head->header_count; i++) {
		struct span name = head->headers[i].name;
		struct span value = head->headers[i].value;

		/* The line's end stops the search. */
		while (value.data[value.len] == ' ')
			value.len++;
		if (span_equal_ci(name, coding) ||
		    span_equal_ci(name, "Content-Length"))
			known &= value.data[value.len] != '\t';
		if (name.len < sizeof coding)
			continue;
		name.len = sizeof coding - 1;
		known &= !span_equal_ci(name, coding);
	}
	return known;
}

/* Nor does it compare where trailers hold framing: http-parser minds its form, we
 * drop it (RFC 9110 section 6.5.1). */
static bool
body_comparable(const char *data, size_t len)
{
	static const char *const names[] = { "Content-", "Transfer-" };

	for (size_t i = 0; i < len; i++)
		for (size_t k = 0; k < COUNT(names); k++)
			if (data[i] == '\n' && len - i > strlen(names[k]) &&
			    strncasecmp(data + i + 1, names[k],
				strlen(names[k])) == 0)
				return false;
	return true;
}

/* Reads messages until one is not whole, bad, not comparable, or the last of its
 * connection.
 * *used gets the bytes of those that were whole. */
static void
we_read(const char *data, size_t len, struct account *account, size_t *used)
{
	struct http_head head;
	const char *why;
	size_t scan = 0, taken;

	*used = 0;
	do {
		size_t start = account->text.len;

		if (http_parse_request(data + *used, len - *used, &scan,
			HEAD_MAX, &head, &why) != HTTP_OK ||
		    !head_comparable(&head))
			return;
		put_start(&account->text, head.method, head.target);
		for (size_t i = 0; i < head.header_count; i++)
			put_header(&account->text, head.headers[i].name,
			    head.headers[i].value);
		buf_puts(&account->text, "\n\n");
		if (http_feed_body(&head, data + *used + head.size,
			len - *used - head.size, len, &account->text,
			&taken) != HTTP_OK ||
		    !body_comparable(data + *used + head.size, taken)) {
			account->text.len = start;
			return;
		}
		*used += head.size + taken;
		account->messages++;
	} while (head.keep_alive);
}

static int
on_url(http_parser *parser, const char *data, size_t len)
{
	struct account *account = parser->data;

	buf_append(&account->url, data, len);
	return 0;
}

static void
flush_header(struct account *account)
{
	if (account->field.len > 0 && !account->in_trailers)
		put_header(&account->text, span_of(&account->field),
		    span_of(&account->value));
	buf_clear(&account->field);
	buf_clear(&account->value);
}

static void
flush_start(http_parser *parser, struct account *account)
{
	const char *method = http_method_str(parser->method);

	if (account->url.len > 0)
		put_start(&account->text,
		    (struct span){ method, strlen(method) },
		    span_of(&account->url));
	buf_clear(&account->url);
}

static int
on_field(http_parser *parser, const char *data, size_t len)
{
	struct account *account = parser->data;

	flush_start(parser, account);
	/* A field after a value is the next header. */
	if (account->value.data != NULL && account->value.len > 0)
		flush_header(account);
	buf_append(&account->field, data, len);
	return 0;
}

static int
on_value(http_parser *parser, const char *data, size_t len)
{
	struct account *account = parser->data;

	buf_append(&account->value, data, len);
	/* An empty value ends its header too: all is given in one piece. */
	flush_header(account);
	return 0;
}

static int
on_headers_complete(http_parser *parser)
{
	struct account *account = parser->data;

	flush_start(parser, account);
	account->in_trailers = true;
	return 0;
}

static int
on_body(http_parser *parser, const char *data, size_t len)
{
	struct account *account = parser->data;

	buf_append(&account->body, data, len);
	return 0;
}

static int
on_message_complete(http_parser *parser)
{
	struct account *account = parser->data;

	put_span(&account->text, "\n\n", span_of(&account->body));
	buf_clear(&account->body);
	account->in_trailers = false;
	account->messages++;
	return 0;
}

/* Lets http-parser read the same bytes; false where it refuses them. */
static bool
they_read(const char *data, size_t len, struct account *account)
{
	static const http_parser_settings settings = { .on_url = on_url,
		.on_header_field = on_field,
		.on_header_value = on_value,
		.on_headers_complete = on_headers_complete,
		.on_body = on_body,
		.on_message_complete = on_message_complete };
	http_parser parser;
	size_t at = 0;

	do {
		http_parser_init(&parser, HTTP_REQUEST);
		parser.data = account;
		at += http_parser_execute(&parser, &settings, data + at,
		    len - at);
		/* It stops behind a request for an upgrade that we need not
		 * grant. */
	} while (parser.upgrade && at < len);
	return at == len && HTTP_PARSER_ERRNO(&parser) == HPE_OK;
}

static void
damage(struct dice *dice, struct buf *text)
{
	const char *word = words[dice_roll(dice, COUNT(words))];
	uint32_t at = dice_roll(dice, (uint32_t)text->len);
	size_t more = strlen(word), left = text->len - at;
	size_t gone = dice_roll(dice, 3) == 0 ? dice_roll(dice, 8) : 0;

	/* Half of the time at the start of a line or of a value. */
	if (dice_roll(dice, 2)) {
		const char *line = memmem(text->data + at, left,
		    dice_roll(dice, 2) ? "\r\n" : ": ", 2);

		if (line != NULL)
			at = (uint32_t)(line - text->data) + 2;
		left = text->len - at;
	}
	if (dice_roll(dice, 4) == 0) {
		if (left > 0)
			text->data[at] = (char)dice_next(dice);
		return;
	}
	if (gone > left)
		gone = left;
	buf_reserve(text, more);
	memmove(text->data + at + more, text->data + at + gone, left - gone);
	memcpy(text->data + at, word, more);
	text->len += more - gone;
}

/* True where we accepted at least one message. */
static bool
compare(const char *data, size_t len)
{
	struct account ours = { 0 }, theirs = { 0 };
	size_t used;
	bool accepted;

	we_read(data, len, &ours, &used);
	accepted = ours.messages > 0;
	if (accepted) {
		bool good = they_read(data, used, &theirs);

		if (!good || ours.messages != theirs.messages ||
		    ours.text.len != theirs.text.len ||
		    memcmp(ours.text.data, theirs.text.data, ours.text.len) !=
			0) {
			print_error("the request:\n%.*s\n", (int)used, data);
			print_error("ours:%.*s\n", (int)ours.text.len,
			    ours.text.data);
			print_error("theirs:%.*s\n", (int)theirs.text.len,
			    theirs.text.data ? theirs.text.data : "");
			fail_msg("http-parser reads it in another way");
		}
	}
	account_release(&ours);
	account_release(&theirs);
	return accepted;
}

static void
good_requests_are_read_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++)
		assert_true(compare(requests[i], strlen(requests[i])));
}

static void
what_we_accept_of_damaged_requests_is_read_alike(void **state)
{
	struct dice dice = { 9112 };
	int accepted = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct buf text = BUF_INIT;

		for (uint32_t k = dice_roll(&dice, 3) + 1; k > 0; k--)
			buf_puts(&text,
			    requests[dice_roll(&dice, COUNT(requests))]);
		for (uint32_t k = dice_roll(&dice, 3) + 1; k > 0; k--)
			damage(&dice, &text);
		accepted += compare(text.data, text.len);
		buf_release(&text);
	}
	assert_in_range(accepted, ROUNDS / 10, ROUNDS * 9 / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_requests_are_read_alike),
		cmocka_unit_test(
		    what_we_accept_of_damaged_requests_is_read_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
