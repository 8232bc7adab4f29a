/** The node as the API server knows it: registration, status, lease. */
@NullMarked
package kontiki.node.kubelet.node;

import org.jspecify.annotations.NullMarked;
