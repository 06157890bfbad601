/*
 * Tells the service manager how it goes (sd_notify(3)): one datagram to
 * NOTIFY_SOCKET, nothing where there is none.
 */
#ifndef SERVER_NOTIFY_H
#define SERVER_NOTIFY_H

/* `state`: "READY=1", "STOPPING=1", "RELOADING=1". Main thread. */
void notify_send(const char *state);

#endif
