/**
 * {@code kontiki kv bench}: measures any server that speaks etcd, alone or against another in
 * turns. One thread, the command's, decides when a round begins and ends; requests and their
 * answers live on the event loops of the connections.
 */
@org.jspecify.annotations.NullMarked
package kontiki.kvstore.cli.bench;
