#include "base/arena.h"
#include "suite.h"

#include <stdalign.h>

/* All memory is zeroed, aligned, and stands apart, whatever its size; clearing gives it back. */
static void test_new(void)
{
	static const size_t sizes[] = {0, 1, 7, 16, 17, 1000, 1024, 5000, 70000, 1, 300000, 3};
	struct arena arena;

	arena_init(&arena);
	for (int round = 0; round < 3; round++) {
		uint8_t *memory[sizeof sizes / sizeof sizes[0]];
		size_t sum = 0;

		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			memory[i] = arena_new(&arena, sizes[i]);
			CU_ASSERT_EQUAL((uintptr_t)memory[i] % alignof(max_align_t), 0);
			for (size_t k = 0; k < sizes[i]; k++)
				sum += memory[i][k];
			memset(memory[i], (int)i + 1, sizes[i]);
		}
		CU_ASSERT_EQUAL(sum, 0);
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
			for (size_t k = 0; k < sizes[i]; k++)
				sum += memory[i][k] != i + 1;
		CU_ASSERT_EQUAL(sum, 0);
		CU_ASSERT_TRUE(arena.used >= 377000);
		if (round == 1)
			arena_fini(&arena);
		else
			arena_clear(&arena);
		CU_ASSERT_EQUAL(arena.used, 0);
	}
	arena_fini(&arena);
}

static void test_copy(void)
{
	char text[] = "hello";
	struct arena arena;
	struct span copy, empty;

	arena_init(&arena);
	copy = arena_copy(&arena, span_text(text));
	text[0] = 'j';
	CU_ASSERT_STRING_EQUAL((const char *)copy.at, "hello");
	CU_ASSERT_EQUAL(copy.length, 5);
	empty = arena_copy(&arena, span_of(NULL, 0));
	CU_ASSERT_PTR_NOT_NULL(empty.at);
	CU_ASSERT_EQUAL(empty.length, 0);
	CU_ASSERT_EQUAL(empty.at[0], '\0');
	arena_fini(&arena);
}

static void test_grow(void)
{
	struct arena arena;
	uint32_t *items = NULL;
	size_t wrong = 0;

	arena_init(&arena);
	for (uint32_t count = 0; count < 5000; count++) {
		items = arena_grow(&arena, items, count, sizeof *items);
		items[count] = count;
	}
	for (uint32_t i = 0; i < 5000; i++)
		wrong += items[i] != i;
	CU_ASSERT_EQUAL(wrong, 0);
	arena_fini(&arena);
	arena_fini(&arena);
}

SUITE(arena, {"hands out memory", test_new}, {"copies", test_copy}, {"grows arrays", test_grow});
