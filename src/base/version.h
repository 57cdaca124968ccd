/* base/version.h: which mailscope this is. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define MAILSCOPE_VERSION "0.1.0"

#endif
