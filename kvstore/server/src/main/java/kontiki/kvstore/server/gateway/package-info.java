/** etcd's JSON gateway: the gRPC services for clients that have only HTTP. */
@NullMarked
package kontiki.kvstore.server.gateway;

import org.jspecify.annotations.NullMarked;
