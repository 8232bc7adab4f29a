/** The volumes of pods: directories, and files that follow the objects they come from. */
@NullMarked
package kontiki.node.kubelet.volume;

import org.jspecify.annotations.NullMarked;
