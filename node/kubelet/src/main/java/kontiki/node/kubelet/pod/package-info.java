/** The threads that bring pods to what they should be: one a pod, woken by changes. */
@NullMarked
package kontiki.node.kubelet.pod;

import org.jspecify.annotations.NullMarked;
