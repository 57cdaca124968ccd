#include "base/file.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of its own, which the test is in meanwhile. */
struct place {
	char path[32];
	int folder;
};

static void place_init(struct place *place)
{
	*place = (struct place){.path = "/tmp/test-file-XXXXXX"};
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(place->path));
	place->folder = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CU_ASSERT_TRUE_FATAL(place->folder >= 0);
}

/* The folder must be empty by now. */
static void place_fini(struct place *place)
{
	close(place->folder);
	CU_ASSERT_EQUAL(rmdir(place->path), 0);
}

static bool write_text(const struct place *place, const char *name, const char *text)
{
	struct new_file file;

	if (!new_file_begin(&file, place->folder, name, 0600))
		return false;
	fputs(text, file.stream);
	return new_file_end(&file, true);
}

static void check_text(const struct place *place, const char *name, const char *text)
{
	struct buffer path, read;
	struct fail fail = {FAIL_NONE, ""};

	buffer_init(&path, 0);
	buffer_init(&read, 0);
	buffer_printf(&path, "%s/%s", place->path, name);
	CU_ASSERT_EQUAL(file_read(buffer_text(&path), &read, &fail), STEP_DONE);
	CU_ASSERT_STRING_EQUAL(buffer_text(&read), text);
	buffer_fini(&read);
	buffer_fini(&path);
}

static void test_replaces(void)
{
	struct place place;
	struct stat status;

	place_init(&place);
	CU_ASSERT_TRUE(write_text(&place, "a", "first, and longer"));
	check_text(&place, "a", "first, and longer");
	CU_ASSERT_EQUAL(fstatat(place.folder, "a", &status, 0), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	CU_ASSERT_TRUE(write_text(&place, "a", "second"));
	check_text(&place, "a", "second");
	unlinkat(place.folder, "a", 0);
	place_fini(&place);
}

/* Neither a link in the file's place nor one in the place of what is written first is followed. */
static void test_links(void)
{
	struct place place;
	struct stat status;

	place_init(&place);
	CU_ASSERT_TRUE(write_text(&place, "precious", "kept"));
	CU_ASSERT_EQUAL(symlinkat("precious", place.folder, "a"), 0);
	CU_ASSERT_EQUAL(symlinkat("precious", place.folder, "a.tmp"), 0);
	CU_ASSERT_TRUE(write_text(&place, "a", "new"));
	check_text(&place, "precious", "kept");
	check_text(&place, "a", "new");
	CU_ASSERT_EQUAL(fstatat(place.folder, "a", &status, AT_SYMLINK_NOFOLLOW), 0);
	CU_ASSERT_TRUE(S_ISREG(status.st_mode));
	unlinkat(place.folder, "a", 0);
	unlinkat(place.folder, "precious", 0);
	place_fini(&place);
}

static void test_failures(void)
{
	struct place place;
	struct new_file file;

	place_init(&place);
	CU_ASSERT_FALSE(new_file_begin(&file, place.folder, "none/a", 0600));
	CU_ASSERT_EQUAL(errno, ENOENT);
	CU_ASSERT_TRUE(new_file_begin(&file, place.folder, "a", 0600));
	fputs("not wanted", file.stream);
	CU_ASSERT_FALSE(new_file_end(&file, false));
	CU_ASSERT_EQUAL(mkdirat(place.folder, "a", 0700), 0);
	CU_ASSERT_FALSE(write_text(&place, "a", "a folder stands there"));
	CU_ASSERT_EQUAL(errno, EISDIR);
	CU_ASSERT_EQUAL(unlinkat(place.folder, "a", AT_REMOVEDIR), 0);
	place_fini(&place);
}

static void test_reads(void)
{
	struct place place;
	struct buffer path, text;
	struct fail fail = {FAIL_NONE, ""};

	place_init(&place);
	CU_ASSERT_TRUE(write_text(&place, "a", "0123456789"));
	buffer_init(&path, 0);
	buffer_printf(&path, "%s/a", place.path);
	for (size_t limit = 9; limit <= 11; limit++) {
		enum step step;

		buffer_init(&text, limit);
		step = file_read(buffer_text(&path), &text, &fail);
		CU_ASSERT_EQUAL(step, limit > 9 ? STEP_DONE : STEP_FAIL);
		CU_ASSERT_EQUAL(fail.code, limit > 9 ? FAIL_NONE : FAIL_DAMAGED);
		CU_ASSERT_TRUE(
			span_equal(buffer_span(&text), span_first(span_text("0123456789"), limit)));
		fail.code = FAIL_NONE;
		buffer_fini(&text);
	}
	unlinkat(place.folder, "a", 0);
	buffer_init(&text, 0);
	CU_ASSERT_EQUAL(file_read(buffer_text(&path), &text, &fail), STEP_FAIL);
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	CU_ASSERT_PTR_NOT_NULL(strstr(fail.text, place.path));
	CU_ASSERT_EQUAL(file_read(place.path, &text, &fail), STEP_FAIL); /* a folder */
	CU_ASSERT_EQUAL(fail.code, FAIL_OPEN);
	buffer_fini(&text);
	buffer_fini(&path);
	place_fini(&place);
}

SUITE(file, {"replaces a file", test_replaces}, {"follows no link", test_links},
	{"leaves nothing behind", test_failures}, {"reads up to a limit", test_reads});
