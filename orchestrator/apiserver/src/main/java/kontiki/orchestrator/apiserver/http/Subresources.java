package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import kontiki.orchestrator.api.catalog.Subresource;
import kontiki.orchestrator.apiserver.registry.Call;
import org.jspecify.annotations.Nullable;

/** What serves the subresources and virtual resources that are not plain reads and writes. */
public final class Subresources {
  /** Serves one of them. */
  @FunctionalInterface
  public interface Handler {
    /**
     * @param part the subresource, null for a virtual resource
     */
    void serve(ApiRequest request, Call call, @Nullable Subresource part)
        throws IOException, InterruptedException;
  }

  private final Map<String, Handler> handlers = new HashMap<>();

  /**
   * @param key as {@code pods/binding}, or {@code subjectaccessreviews.authorization.k8s.io};
   *     {@code * /scale} stands for all resources
   */
  public Subresources with(String key, Handler handler) {
    handlers.put(key, handler);
    return this;
  }

  @Nullable Handler find(String groupResource, String subresource) {
    if (subresource.isEmpty()) {
      return handlers.get(groupResource);
    }
    Handler own = handlers.get(groupResource + "/" + subresource);
    return own != null ? own : handlers.get("*/" + subresource);
  }
}
