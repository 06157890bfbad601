/*
 * Shapes of JSON as JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1). Every
 * shape has a name and is a component of the contract; others point to it.
 *
 * What an object holds is said in one line, here, in the `answer` of an operation
 * and in the fields of an event:
 *
 *	"id text user:author reactions:reaction[]? edited_at?"
 *	     |    |           |                 ||
 *	     |    |           |                 |`- may be missing
 *	     |    |           |                 `-- a list of them
 *	     |    |           `- the field, and the shape it has
 *	     |    `- the same
 *	     `- a field whose shape follows from its name
 *
 * Knows no operation and no HTTP. Pure; any thread.
 */
#ifndef SERVER_OPENAPI_SCHEMA_H
#define SERVER_OPENAPI_SCHEMA_H

#include "shared/json_out.h"

/* {"$ref":"#/components/schemas/COMPONENT"}. */
void schema_point(struct json_out *out, const char *component);

/* The same for a shape of ours, or a list of those for "SHAPE[]". A name
 * without such a shape is a bug (assert). */
void schema_ref(struct json_out *out, const char *shape);

/* The object that `fields` describe; they end at the NUL or at a '|'. NULL: one
 * without fields. `type` (NULL: none) is the constant in its field "type", and
 * `ref` says whether a command's "ref" may come back in it. */
void schema_object(struct json_out *out, const char *fields);
void schema_message(struct json_out *out, const char *type, bool ref,
    const char *fields);

/* All shapes, as the members of an object that is open already. */
void schema_shapes(struct json_out *out);

#endif
