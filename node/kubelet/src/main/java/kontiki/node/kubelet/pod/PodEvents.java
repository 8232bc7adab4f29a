package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import org.jspecify.annotations.Nullable;

/** Tells people what happened to a pod; never blocks. */
public interface PodEvents {
  /** What kind of event it is. */
  enum Kind {
    NORMAL,
    WARNING
  }

  /**
   * Something happened.
   *
   * @param container the container it is about; null for the pod as a whole
   */
  void event(Pod pod, @Nullable String container, Kind kind, String reason, String message);

  default void normal(Pod pod, @Nullable String container, String reason, String message) {
    event(pod, container, Kind.NORMAL, reason, message);
  }

  default void warning(Pod pod, @Nullable String container, String reason, String message) {
    event(pod, container, Kind.WARNING, reason, message);
  }
}
