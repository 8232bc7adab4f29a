/** Asks containers how they are. */
@NullMarked
package kontiki.node.kubelet.probe;

import org.jspecify.annotations.NullMarked;
