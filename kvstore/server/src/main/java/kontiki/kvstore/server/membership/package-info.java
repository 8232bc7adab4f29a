/** Who the members are, and how that changes while they run. */
@NullMarked
package kontiki.kvstore.server.membership;

import org.jspecify.annotations.NullMarked;
