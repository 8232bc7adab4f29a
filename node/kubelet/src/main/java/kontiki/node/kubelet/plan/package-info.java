/**
 * What a kubelet decides, without doing it: from a pod's spec and what its container engine reports
 * follow the next actions and the status. Pure: no clock, no file, no socket.
 */
@NullMarked
package kontiki.node.kubelet.plan;

import org.jspecify.annotations.NullMarked;
