/*
 * Addresses, and lists of networks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/address.h"

static bool
parse(const char *text, struct address *address)
{
	return address_parse(text, strlen(text), address);
}

static bool
list_has(const char *list, const char *text)
{
	struct address_list nets;
	struct address address;
	char cause[100];
	bool has;

	assert_true(address_list_parse(&nets, list, cause, sizeof(cause)));
	assert_true(parse(text, &address));
	has = address_list_has(&nets, &address);
	address_list_release(&nets);
	return has;
}

static void
addresses_are_read_with_and_without_ports(void **state)
{
	struct address a, b;

	(void)state;
	assert_true(parse("192.0.2.1", &a));
	assert_true(parse("192.0.2.1:8080", &b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(parse("::ffff:192.0.2.1", &b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(parse("2001:db8::1", &a));
	assert_true(parse("[2001:db8::1]", &b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(parse("[2001:db8::1]:443", &b));
	assert_memory_equal(&a, &b, sizeof(a));
}

static void
what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = { "", "unknown", "_hidden", "192.0.2",
		"192.0.2.256", "[2001:db8::1", "[2001:db8::1]x", "2001:db8::g",
		"1.2.3.4 ", "example.org:80" };
	struct address address;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(parse(bad[i], &address));
}

static void
a_list_holds_its_networks_and_no_others(void **state)
{
	static const char list[] = "10.0.0.0/8, 192.0.2.7 ,2001:db8::/33,::1";

	(void)state;
	assert_true(list_has(list, "10.255.0.1"));
	assert_false(list_has(list, "11.0.0.1"));
	assert_true(list_has(list, "192.0.2.7"));
	assert_false(list_has(list, "192.0.2.6"));
	assert_true(list_has(list, "2001:db8:7fff::1"));
	assert_false(list_has(list, "2001:db8:8000::1"));
	assert_true(list_has(list, "::1"));
	assert_false(list_has("", "::1"));
	assert_true(list_has("0.0.0.0/0", "1.2.3.4"));
	assert_false(list_has("0.0.0.0/0", "2001:db8::1"));
	assert_true(list_has("::/0", "1.2.3.4"));
}

static void
a_bad_list_is_refused_with_the_item(void **state)
{
	static const char *const bad[] = { "10.0.0.0/33", "10.0.0.0/",
		"10.0.0.0/x", "::1/129", "10.0.0.1, proxy" };
	struct address_list nets;
	char cause[100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(
		    address_list_parse(&nets, bad[i], cause, sizeof(cause)));
		assert_int_equal(nets.count, 0);
	}
	assert_non_null(strstr(cause, "proxy"));
}

static void
an_ipv6_address_is_limited_by_its_64(void **state)
{
	struct address a, b;
	bool v6;

	(void)state;
	assert_true(parse("2001:db8:0:1::1", &a));
	assert_true(parse("2001:db8:0:1:ffff::2", &b));
	assert_true(address_limited(&a, &v6) == address_limited(&b, &v6));
	assert_true(v6);
	assert_true(parse("2001:db8:0:2::1", &b));
	assert_true(address_limited(&a, &v6) != address_limited(&b, &v6));
	assert_true(parse("192.0.2.1", &a));
	assert_true(parse("192.0.2.2", &b));
	assert_true(address_limited(&a, &v6) != address_limited(&b, &v6));
	assert_false(v6);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_with_and_without_ports),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(a_list_holds_its_networks_and_no_others),
		cmocka_unit_test(a_bad_list_is_refused_with_the_item),
		cmocka_unit_test(an_ipv6_address_is_limited_by_its_64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
