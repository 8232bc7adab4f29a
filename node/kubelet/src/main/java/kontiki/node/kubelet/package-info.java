/** The node agent: runs the pods that are bound to its node, and says how they are. */
@NullMarked
package kontiki.node.kubelet;

import org.jspecify.annotations.NullMarked;
