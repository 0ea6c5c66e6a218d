/* The pod templates of an object; object.h says which mappings are one. */
#pragma once

#include "config/kubernetes/object.h"

/* Sets the object's pods. */
void pods_find(struct kubernetes_object *object, struct arena *arena);
