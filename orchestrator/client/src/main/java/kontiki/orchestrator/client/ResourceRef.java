package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names a kind of object and its place in the API.
 *
 * @param group the API group; empty for the core group
 * @param plural the resource's name in paths, such as {@code pods}
 */
public record ResourceRef(
    String group, String version, String plural, String kind, boolean namespaced) {

  /** The reference of a typed model, from its annotations. */
  public static ResourceRef of(Class<? extends HasMetadata> type) {
    String group = HasMetadata.getGroup(type);
    return new ResourceRef(
        group == null ? "" : group,
        HasMetadata.getVersion(type),
        HasMetadata.getPlural(type),
        HasMetadata.getKind(type),
        Namespaced.class.isAssignableFrom(type));
  }

  /** {@code v1} or {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code pods} or {@code deployments.apps}. */
  public String qualifiedName() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  String path(@Nullable String namespace, @Nullable String name, @Nullable String subresource) {
    StringBuilder out = new StringBuilder(group.isEmpty() ? "/api/" : "/apis/");
    out.append(apiVersion());
    if (namespaced && namespace != null) {
      out.append("/namespaces/").append(escape(namespace));
    }
    out.append('/').append(plural);
    if (name != null) {
      out.append('/').append(escape(name));
    }
    if (subresource != null) {
      out.append('/').append(subresource);
    }
    return out.toString();
  }

  private static String escape(String segment) {
    if (segment.isEmpty()) {
      throw new IllegalArgumentException("an empty name in an API path");
    }
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
