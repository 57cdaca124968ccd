#include "mail/scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_stop(struct span text, size_t at, unsigned wants)
{
	bool has_next = at + 1 < text.length;

	if (text.at[at] == '\n')
		return (has_next && text.at[at + 1] == '.') ||
		       ((wants & SCAN_BARE_LF) && (at == 0 || text.at[at - 1] != '\r'));
	return text.at[at] == '\r' && (wants & SCAN_BARE_CR) && has_next && text.at[at + 1] != '\n';
}

/* From offset on, octet by octet. */
static size_t scan_slowly(struct span text, size_t offset, unsigned wants)
{
	while (offset < text.length && !is_stop(text, offset, wants))
		offset++;
	return offset;
}

size_t scan_text_portable(struct span text, unsigned wants)
{
	size_t line = 0;

	while (line < text.length) {
		size_t lf = line + span_index(span_from(text, line), '\n');
		size_t cr = line;

		while ((wants & SCAN_BARE_CR) && cr < lf) {
			cr += span_index(span_first(span_from(text, cr), lf - cr), '\r');
			if (cr < lf && is_stop(text, cr, wants))
				return cr;
			cr++;
		}
		if (lf == text.length || is_stop(text, lf, wants))
			return lf;
		line = lf + 1;
	}
	return text.length;
}

#ifdef __SSE2__
static __m128i load(const uint8_t *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* Of 16 octets, LF with a dot behind it. */
static __m128i find_dot(const uint8_t *at)
{
	return _mm_and_si128(_mm_cmpeq_epi8(load(at), _mm_set1_epi8('\n')),
		_mm_cmpeq_epi8(load(at + 1), _mm_set1_epi8('.')));
}

/* Of 32. */
static __m128i find_dots(const uint8_t *at)
{
	return _mm_or_si128(find_dot(at), find_dot(at + 16));
}

/* LF with a dot behind it; 64 octets a turn, those with one in turns of 16. */
static size_t scan_dots(struct span text)
{
	size_t i = 0;

	while (i + 65 <= text.length && _mm_movemask_epi8(_mm_or_si128(find_dots(text.at + i),
						find_dots(text.at + i + 32))) == 0)
		i += 64;
	for (; i + 17 <= text.length; i += 16) {
		int mask = _mm_movemask_epi8(find_dot(text.at + i));

		if (mask != 0)
			return i + (size_t)__builtin_ctz((unsigned)mask);
	}
	return scan_slowly(text, i, 0);
}

/* Of the 16 octets: LF with a dot behind it, CR without LF behind it; or what stands before a LF
 * and is no CR. */
static __m128i find_any(const uint8_t *at)
{
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'), dot = _mm_set1_epi8('.');
	__m128i here = load(at), next = load(at + 1);

	return _mm_or_si128(_mm_and_si128(_mm_cmpeq_epi8(here, lf), _mm_cmpeq_epi8(next, dot)),
		_mm_xor_si128(_mm_cmpeq_epi8(here, cr), _mm_cmpeq_epi8(next, lf)));
}

/* LF with a dot behind it, LF without CR, CR without LF; 32 octets a turn. */
static size_t scan_any(struct span text)
{
	const unsigned wants = SCAN_BARE_LF | SCAN_BARE_CR;
	size_t i = 0;

	if (text.length == 0 || is_stop(text, 0, wants))
		return 0;
	for (; i + 33 <= text.length; i += 32) {
		__m128i low = find_any(text.at + i), high = find_any(text.at + i + 16);
		unsigned mask;

		if (_mm_movemask_epi8(_mm_or_si128(low, high)) == 0)
			continue;
		mask = (unsigned)_mm_movemask_epi8(low) | (unsigned)_mm_movemask_epi8(high) << 16;
		i += (size_t)__builtin_ctz(mask);
		return is_stop(text, i, wants) ? i : i + 1;
	}
	return scan_slowly(text, i, wants);
}

/* The same, but only what is still wanted of the latter two; 16 octets a turn. */
static size_t scan_some(struct span text, unsigned wants)
{
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'), dot = _mm_set1_epi8('.');
	const __m128i lf_wanted = _mm_set1_epi8(wants & SCAN_BARE_LF ? -1 : 0);
	const __m128i cr_wanted = _mm_set1_epi8(wants & SCAN_BARE_CR ? -1 : 0);
	size_t i = 1;

	if (text.length == 0 || is_stop(text, 0, wants))
		return 0;
	for (; i + 17 <= text.length; i += 16) {
		__m128i here = load(text.at + i), next = load(text.at + i + 1);
		__m128i is_lf = _mm_cmpeq_epi8(here, lf);
		__m128i bare_lf =
			_mm_andnot_si128(_mm_cmpeq_epi8(load(text.at + i - 1), cr), lf_wanted);
		__m128i bare_cr = _mm_andnot_si128(_mm_cmpeq_epi8(next, lf), cr_wanted);
		__m128i stops = _mm_or_si128(
			_mm_and_si128(is_lf, _mm_or_si128(_mm_cmpeq_epi8(next, dot), bare_lf)),
			_mm_and_si128(_mm_cmpeq_epi8(here, cr), bare_cr));
		int mask = _mm_movemask_epi8(stops);

		if (mask != 0)
			return i + (size_t)__builtin_ctz((unsigned)mask);
	}
	return scan_slowly(text, i, wants);
}

size_t scan_text(struct span text, unsigned wants)
{
	if (wants == 0)
		return scan_dots(text);
	return wants == (SCAN_BARE_LF | SCAN_BARE_CR) ? scan_any(text) : scan_some(text, wants);
}
#else
size_t scan_text(struct span text, unsigned wants)
{
	return scan_text_portable(text, wants);
}
#endif
