/** What clients meet: the etcd v3 services, gRPC health, and HTTP. */
@NullMarked
package kontiki.kvstore.server.front;

import org.jspecify.annotations.NullMarked;
