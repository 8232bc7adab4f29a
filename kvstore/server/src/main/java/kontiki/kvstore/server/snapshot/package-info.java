/** The store's state as a file that etcd's tools restore. */
@NullMarked
package kontiki.kvstore.server.snapshot;

import org.jspecify.annotations.NullMarked;
