/**
 * One call on one connection, for a command that ends right after: gRPC's unary call over HTTP/2
 * and the JDK's TLS, with as few classes as that takes. docs/decisions has the measurement.
 */
@org.jspecify.annotations.NullMarked
package kontiki.kvstore.cli.direct;
