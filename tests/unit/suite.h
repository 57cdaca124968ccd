/* tests/unit/suite.h: how a test file brings its tests: no list elsewhere has to know them. */
#ifndef TESTS_UNIT_SUITE_H
#define TESTS_UNIT_SUITE_H

#include <CUnit/CUnit.h>

struct suite_test {
	const char *name;
	void (*run)(void);
};

/* Adds the tests of one module to the run. tests ends with a row whose name is NULL. */
void suite_add(const char *module, const struct suite_test *tests);

/* SUITE(buffer, {"grows", test_grows}, {"keeps its limit", test_limit}) at the end of a test file.
 */
#define SUITE(module, ...)                                                                         \
	static const struct suite_test suite_tests_##module[] = {__VA_ARGS__, {NULL, NULL}};       \
	__attribute__((constructor)) static void suite_register_##module(void)                     \
	{                                                                                          \
		suite_add(#module, suite_tests_##module);                                          \
	}                                                                                          \
	extern int suite_ends_here_##module

#endif
