/**
 * The store's state machine: revisions, transactions, ranges, leases, compaction. Pure: time, ids
 * and expiry arrive inside commands, and the same log gives the same state on every member. Disk is
 * behind {@link kontiki.kvstore.mvcc.Engine}.
 */
@NullMarked
package kontiki.kvstore.mvcc;

import org.jspecify.annotations.NullMarked;
