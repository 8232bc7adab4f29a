/** A store server: configuration, data directory, assembly, the {@code etcd} command. */
@NullMarked
package kontiki.kvstore.server;

import org.jspecify.annotations.NullMarked;
