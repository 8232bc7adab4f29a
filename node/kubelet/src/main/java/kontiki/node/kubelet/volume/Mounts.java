package kontiki.node.kubelet.volume;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Mounting file systems: the kernel's, or none in tests. */
public interface Mounts {
  /**
   * Mounts an empty file system in memory on a directory, unless one is there.
   *
   * @param maxBytes its size; null for half of the memory
   */
  void memory(Path directory, @Nullable Long maxBytes) throws IOException;

  /** Unmounts everything that is mounted on or below a directory, deepest first. */
  void unmountBelow(Path directory) throws IOException;
}
