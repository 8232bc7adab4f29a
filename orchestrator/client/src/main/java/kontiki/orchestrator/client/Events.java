package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Takes events about objects, as {@code kubectl describe} shows them. Returns at once. */
public interface Events {
  /** Something as it should be. */
  void normal(HasMetadata about, String reason, String message);

  /** Something that needs somebody's attention. */
  void warning(HasMetadata about, String reason, String message);
}
