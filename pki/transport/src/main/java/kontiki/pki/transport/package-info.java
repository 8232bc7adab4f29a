/**
 * Mutual TLS for every hop: reloadable identities, the one server (HTTP/1.1, HTTP/2 and gRPC on one
 * port) and the clients.
 */
@NullMarked
package kontiki.pki.transport;

import org.jspecify.annotations.NullMarked;
