#include "suite.h"

#include <CUnit/Basic.h>
#include <stdlib.h>
#include <string.h>

enum { SUITES = 200 };

static struct {
	const char *module;
	const struct suite_test *tests;
} suites[SUITES];
static size_t suite_count;

void suite_add(const char *module, const struct suite_test *tests)
{
	if (suite_count == SUITES)
		abort();
	suites[suite_count].module = module;
	suites[suite_count++].tests = tests;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* unit [MODULE...]: runs the tests of these modules, or of all. */
static int is_chosen(const char *module, int count, char **names)
{
	for (int i = 1; i < count; i++)
		if (strcmp(names[i], module) == 0)
			return 1;
	return count < 2;
}

int main(int argc, char **argv)
{
	unsigned failures;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	qsort(suites, suite_count, sizeof suites[0], by_name);
	for (size_t i = 0; i < suite_count; i++) {
		CU_pSuite suite;

		if (!is_chosen(suites[i].module, argc, argv))
			continue;
		suite = CU_add_suite(suites[i].module, NULL, NULL);
		for (const struct suite_test *test = suites[i].tests; test->name != NULL; test++)
			if (CU_add_test(suite, test->name, test->run) == NULL)
				return 2;
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	if (CU_basic_run_tests() != CUE_SUCCESS || CU_get_number_of_tests_run() == 0)
		return 2;
	failures = CU_get_number_of_failures();
	CU_cleanup_registry();
	return failures > 0;
}
