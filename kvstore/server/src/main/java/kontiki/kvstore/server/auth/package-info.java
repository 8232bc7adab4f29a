/** Who calls: tokens, passwords, certificates. What they may do is decided in the state machine. */
@NullMarked
package kontiki.kvstore.server.auth;

import org.jspecify.annotations.NullMarked;
