#include "dissect/closed.h"
#include "net/connection.h"
#include "suite.h"

/* As many stay as there is room for, the oldest leaves first; one that was taken out leaves nobody
 * behind. */
static void test_ring(void)
{
	static struct connection connections[2 * LIMIT_CLOSED];
	struct closed_ring ring = {.first = 0};

	for (size_t i = 0; i < LIMIT_CLOSED; i++)
		CU_ASSERT_PTR_NULL(closed_ring_add(&ring, &connections[i]));
	closed_ring_remove(&ring, &connections[2]);
	closed_ring_remove(&ring, &connections[LIMIT_CLOSED]); /* not in it */
	for (size_t i = 0; i < LIMIT_CLOSED; i++)
		CU_ASSERT_PTR_EQUAL(closed_ring_add(&ring, &connections[LIMIT_CLOSED + i]),
			i == 2 ? NULL : &connections[i]);
	CU_ASSERT_PTR_EQUAL(closed_ring_add(&ring, &connections[0]), &connections[LIMIT_CLOSED]);
}

SUITE(closed, {"the oldest leaves first", test_ring});
