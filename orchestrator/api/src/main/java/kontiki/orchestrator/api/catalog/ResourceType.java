package kontiki.orchestrator.api.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One resource in one version: what a path like {@code /apis/apps/v1/namespaces/x/deployments}
 * serves. Built-in kinds and custom resources have the same form.
 *
 * @param group empty for core
 * @param plural the name in the path, lower case
 * @param singular lower case
 * @param namespaced whether its objects live in namespaces
 * @param verbs in alphabetical order
 * @param categories names of sets it belongs to, as {@code all}
 * @param builtin false for custom resources
 */
public record ResourceType(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    List<String> shortNames,
    boolean namespaced,
    List<String> verbs,
    List<String> categories,
    List<Subresource> subresources,
    boolean builtin) {
  public ResourceType {
    shortNames = List.copyOf(shortNames);
    verbs = List.copyOf(verbs);
    categories = List.copyOf(categories);
    subresources = List.copyOf(subresources);
  }

  public GroupVersion groupVersion() {
    return new GroupVersion(group, version);
  }

  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  public String listKind() {
    return kind + "List";
  }

  public boolean allows(String verb) {
    return verbs.contains(verb);
  }

  public boolean hasSubresource(String name) {
    return subresource(name) != null;
  }

  public @Nullable Subresource subresource(String name) {
    for (Subresource subresource : subresources) {
      if (subresource.name().equals(name)) {
        return subresource;
      }
    }
    return null;
  }

  /** As messages name it: {@code deployments.apps}, for core {@code pods}. */
  public String groupResource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** The path of its objects: in a namespace where it has them, without where it has none. */
  public String path(@Nullable String namespace) {
    String prefix = groupVersion().path();
    return namespaced && namespace != null
        ? prefix + "/namespaces/" + namespace + "/" + plural
        : prefix + "/" + plural;
  }
}
