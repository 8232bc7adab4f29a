/** Replication: Ratis, batched proposals, barriers for reads, messages between members. */
@NullMarked
package kontiki.kvstore.server.raft;

import org.jspecify.annotations.NullMarked;
