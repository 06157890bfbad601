/*
 * The features' tables, one line each; features.c alone includes this.
 */
#ifndef SERVER_FEATURES_LIST_H
#define SERVER_FEATURES_LIST_H

#include "server/op.h"

extern const struct op health_ops[];
extern const struct op contract_ops[];
extern const struct op auth_ops[];
extern const struct op password_ops[];
extern const struct op bot_ops[];
extern const struct op user_ops[];
extern const struct op channel_ops[];
extern const struct op membership_ops[];
extern const struct op member_ops[];
extern const struct op settings_ops[];
extern const struct op message_ops[];
extern const struct op edit_ops[];
extern const struct op reaction_ops[];
extern const struct op pin_ops[];
extern const struct op typing_ops[];
extern const struct op presence_ops[];
extern const struct op silence_ops[];
extern const struct op history_ops[];
extern const struct op receipt_ops[];
extern const struct op sync_ops[];
extern const struct op session_ops[];

#endif
