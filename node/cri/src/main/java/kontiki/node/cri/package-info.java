/**
 * The Container Runtime Interface v1: the seam to a container engine, its client over a unix socket
 * and an engine in memory for tests and for nodes without containers.
 */
@NullMarked
package kontiki.node.cri;

import org.jspecify.annotations.NullMarked;
