/** What the kubelet answers the API server: logs, pods, health. */
@NullMarked
package kontiki.node.kubelet.server;

import org.jspecify.annotations.NullMarked;
