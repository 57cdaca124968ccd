/* base/attributes.h: contracts that the compiler checks. */
#ifndef BASE_ATTRIBUTES_H
#define BASE_ATTRIBUTES_H

#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define MUST_USE __attribute__((warn_unused_result))
#define NO_RETURN __attribute__((noreturn))
#define ALWAYS_INLINE inline __attribute__((always_inline)) /* hot paths, once measured */
#define NEVER_INLINE __attribute__((noinline)) /* what is seldom needed, out of a hot path */
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Asks for the cache line that an address stands in; what is there is not looked at. */
#define PREFETCH(address) __builtin_prefetch(address)

#endif
