/** The etcd v3 wire protocol (generated, in {@code .pb}) and a small client for it. */
@NullMarked
package kontiki.kvstore.api;

import org.jspecify.annotations.NullMarked;
