/** The file format of etcd's database, as its snapshots have it. */
@NullMarked
package kontiki.kvstore.api.bolt;

import org.jspecify.annotations.NullMarked;
