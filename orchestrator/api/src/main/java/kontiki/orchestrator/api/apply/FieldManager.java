package kontiki.orchestrator.api.apply;

import org.jspecify.annotations.Nullable;

/**
 * Who changes an object.
 *
 * @param name as the request gives it, or made of its User-Agent
 * @param apply whether by server-side apply
 * @param apiVersion the version in which the change is written
 * @param subresource through which it came; empty for the object itself
 */
public record FieldManager(String name, boolean apply, String apiVersion, String subresource) {
  public static FieldManager update(String name, String apiVersion, String subresource) {
    return new FieldManager(name, false, apiVersion, subresource);
  }

  public static FieldManager apply(String name, String apiVersion, String subresource) {
    return new FieldManager(name, true, apiVersion, subresource);
  }

  /** The manager's name of a request that names none: what its User-Agent begins with. */
  public static String nameOf(@Nullable String userAgent) {
    if (userAgent == null || userAgent.isEmpty()) {
      return "unknown";
    }
    String prefix = userAgent.replaceFirst("/.*", "");
    return prefix.length() > 128 ? prefix.substring(0, 128) : prefix;
  }

  /** Appliers are the same in all versions. */
  boolean sameAs(FieldManager other) {
    return name.equals(other.name)
        && apply == other.apply
        && subresource.equals(other.subresource)
        && (apply || apiVersion.equals(other.apiVersion));
  }

  /** As messages name it. */
  String text() {
    String text = "\"" + name + "\"";
    if (!subresource.isEmpty()) {
      text += " with subresource \"" + subresource + "\"";
    }
    return apply ? text : text + " using " + apiVersion;
  }
}
