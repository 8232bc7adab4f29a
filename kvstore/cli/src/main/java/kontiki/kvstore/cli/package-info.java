/** The commands of the key-value store: etcdctl's surface, formats and exit codes. */
@org.jspecify.annotations.NullMarked
package kontiki.kvstore.cli;
