/** The engine on RocksDB: the only package that knows it. */
@NullMarked
package kontiki.kvstore.mvcc.rocks;

import org.jspecify.annotations.NullMarked;
