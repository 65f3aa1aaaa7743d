#ifndef MARTLET_CZLIB_H
#define MARTLET_CZLIB_H

#include <zlib.h>

#endif
