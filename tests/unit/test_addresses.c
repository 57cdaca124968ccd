#include "suite.h"

#include "message/compose.h"

#include <stdio.h>
#include <stdlib.h>

#define CYRILLIC "\xd0\x9e\xd1\x82\xd1\x87\xd1\x91\xd1\x82" /* Отчёт */

/* What is an address, and which. */
static void test_first(void)
{
	static const struct {
		const char *text, *address; /* NULL: no address */
	} cases[] = {
		{"a@b", "a@b"},
		{" Ann <a.b+c@x.example> ", "a.b+c@x.example"},
		{"Dr. Ann Lee<a@b>,", "a@b"},
		{"\"Lee, Ann\" <a@b>, c@d", "a@b"},
		{"\"a b\"@x.example", "\"a b\"@x.example"},
		{"a@b (Ann (the first))", "a@b"},
		{"a@[192.0.2.1]", "a@[192.0.2.1]"},
		{"a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"},
		{"friends: a@b, c@d; , e@f", "a@b"},
		{"ivan@\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80.example",
			"ivan@xn--e1afmkfd.example"},
		{CYRILLIC "@x.example", CYRILLIC "@x.example"},
		{"nobody: ;", NULL},
		{"", NULL},
		{"a", NULL},
		{"@b", NULL},
		{"a@", NULL},
		{"a@b@c", NULL},
		{"a b@c", NULL},
		{"a@b c@d", NULL},
		{"<a@b", NULL},
		{"<a@b>>", NULL},
		{"a..b@c", NULL},
		{".a@c", NULL},
		{"a.@c", NULL},
		{"a@.c", NULL},
		{"a@c..d", NULL},
		{"a@c.", NULL},
		{"a@-c", NULL},
		{"a@c-", NULL},
		{"a@b_c", NULL},
		{"a@[1.2.3.4", NULL},
		{"a@[]", NULL},
		{"a@[x y]", NULL},
		{"\"a@b", NULL},
		{"(a@b", NULL},
		{"g: a@b", NULL},
		{"g: h: a@b;;", NULL},
		{"a@b;", NULL},
		{"<>", NULL},
		{"Ann <>", NULL},
		{"a\x01@b", NULL},
		{"a@\xff", NULL},
		{"a123456789b123456789c123456789d123456789e123456789f123456789g123@x",
			"a123456789b123456789c123456789d123456789e123456789f123456789g123@x"},
		{"a123456789b123456789c123456789d123456789e123456789f123456789g1234@x", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *address = compose_address(cases[i].text);

		if (cases[i].address == NULL) {
			CU_ASSERT_PTR_NULL(address);
		} else {
			CU_ASSERT_TRUE(address != NULL && strcmp(address, cases[i].address) == 0);
		}
		if ((address == NULL) != (cases[i].address == NULL))
			printf("\n%s\n", cases[i].text);
		free(address);
	}
}

SUITE(addresses, {"first", test_first});
