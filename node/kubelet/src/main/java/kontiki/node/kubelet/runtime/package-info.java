/** Turns pods into what a container engine is asked for, and its answers back. */
@NullMarked
package kontiki.node.kubelet.runtime;

import org.jspecify.annotations.NullMarked;
