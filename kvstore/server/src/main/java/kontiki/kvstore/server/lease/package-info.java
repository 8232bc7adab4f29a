/** The leader's clocks of leases. */
@NullMarked
package kontiki.kvstore.server.lease;

import org.jspecify.annotations.NullMarked;
