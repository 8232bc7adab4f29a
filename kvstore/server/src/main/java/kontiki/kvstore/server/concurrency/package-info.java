/** Locks and elections that the server keeps for clients that cannot, as etcd's v3lock does. */
@NullMarked
package kontiki.kvstore.server.concurrency;

import org.jspecify.annotations.NullMarked;
