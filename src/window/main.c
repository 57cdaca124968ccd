#include "window/app.h"

int main(int count, char **arguments)
{
	return app_run(count, arguments);
}
