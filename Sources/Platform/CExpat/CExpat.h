#ifndef MARTLET_CEXPAT_H
#define MARTLET_CEXPAT_H

#include <expat.h>

#endif
