/** Watches: who wants which changes, and how they get them without holding back anybody else. */
@NullMarked
package kontiki.kvstore.server.watch;

import org.jspecify.annotations.NullMarked;
