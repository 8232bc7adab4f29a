/** Container images made without a registry: the same input gives the same bytes. */
@NullMarked
package kontiki.node.kubelet.image;

import org.jspecify.annotations.NullMarked;
