package kontiki.orchestrator.api.catalog;

import java.util.List;

/**
 * A part of a resource with a path of its own, as {@code pods/log}.
 *
 * @param name the last part of the path
 * @param group the group of its kind, empty for core
 * @param version the version of its kind
 * @param kind what a request to it carries
 * @param verbs what can be done with it
 */
public record Subresource(
    String name, String group, String version, String kind, List<String> verbs) {
  public Subresource {
    verbs = List.copyOf(verbs);
  }

  public boolean allows(String verb) {
    return verbs.contains(verb);
  }
}
