package kontiki.orchestrator.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer to a list.
 *
 * @param resourceVersion the version of the collection; a watch goes on from here
 * @param continueToken where the next chunk starts; null when this was the last
 */
public record ResourceList<T>(
    List<T> items, String resourceVersion, @Nullable String continueToken) {
  public ResourceList {
    items = List.copyOf(items);
  }
}
