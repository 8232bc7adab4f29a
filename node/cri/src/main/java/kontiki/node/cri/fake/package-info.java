/** A container engine in memory that keeps the contract of a real one. */
@NullMarked
package kontiki.node.cri.fake;

import org.jspecify.annotations.NullMarked;
