#include "dissect/closed.h"
#include "suite.h"

/* As many stay as there is room for, the oldest leaves first; one that was taken out leaves nobody
 * behind. */
static void test_ring(void)
{
	struct closed_ring ring = {.first = 0};

	for (uint64_t i = 1; i <= LIMIT_CLOSED; i++)
		CU_ASSERT_EQUAL(closed_ring_add(&ring, i), 0);
	closed_ring_remove(&ring, 3);
	closed_ring_remove(&ring, 2 * LIMIT_CLOSED + 1); /* not in it */
	for (uint64_t i = 1; i <= LIMIT_CLOSED; i++)
		CU_ASSERT_EQUAL(closed_ring_add(&ring, LIMIT_CLOSED + i), i == 3 ? 0 : i);
	CU_ASSERT_EQUAL(closed_ring_add(&ring, 1), LIMIT_CLOSED + 1);
}

SUITE(closed, {"the oldest leaves first", test_ring});
