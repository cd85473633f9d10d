#ifndef FLOTILLA_CZEROMQ_SHIM_H
#define FLOTILLA_CZEROMQ_SHIM_H
#include <zmq.h>
#endif
