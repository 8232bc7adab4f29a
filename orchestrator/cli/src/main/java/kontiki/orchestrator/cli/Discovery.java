package kontiki.orchestrator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * The kinds that a server serves, read from its aggregated discovery (KEP-3352), best version of a
 * group first, as the server lists them.
 */
final class Discovery {
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  /**
   * One kind.
   *
   * @param group its group; empty for the core group
   */
  record Resource(
      String group,
      String version,
      String kind,
      String plural,
      String singular,
      List<String> shortNames,
      boolean namespaced,
      List<String> categories) {

    String apiVersion() {
      return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code deployments.apps}, as commands print it before a name. */
    String qualified() {
      String name = singular.isEmpty() ? kind.toLowerCase(Locale.ROOT) : singular;
      return group.isEmpty() ? name : name + "." + group;
    }

    /** The path of the collection: in one namespace, or in all of them with an empty one. */
    String path(String namespace) {
      String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
      return namespaced && !namespace.isEmpty()
          ? root + "/namespaces/" + Session.escaped(namespace) + "/" + plural
          : root + "/" + plural;
    }

    String path(String namespace, String name) {
      return path(namespace) + "/" + Session.escaped(name);
    }

    private boolean isCalled(String word) {
      return word.equals(plural)
          || word.equals(singular)
          || word.equals(kind.toLowerCase(Locale.ROOT))
          || shortNames.contains(word);
    }
  }

  private final List<Resource> resources;

  private Discovery(List<Resource> resources) {
    this.resources = resources;
  }

  static Discovery of(Session session) {
    List<Resource> found = new ArrayList<>();
    for (String root : List.of("/api", "/apis")) {
      for (JsonObject group : session.get(root, AGGREGATED).objects("items")) {
        String name = Optional.ofNullable(group.stringAt("metadata", "name")).orElse("");
        for (JsonObject version : group.objects("versions")) {
          for (JsonObject one : version.objects("resources")) {
            found.add(resource(name, version.string("version", ""), one));
          }
        }
      }
    }
    return new Discovery(List.copyOf(found));
  }

  private static Resource resource(String group, String version, JsonObject one) {
    JsonObject kind = one.object("responseKind");
    return new Resource(
        group,
        version,
        kind == null ? "" : kind.string("kind", ""),
        one.string("resource", ""),
        one.string("singularResource", ""),
        one.strings("shortNames"),
        "Namespaced".equals(one.string("scope")),
        one.strings("categories"));
  }

  /**
   * The kinds that a word names: a plural, singular, kind or short name, with {@code .group} where
   * several groups have it; or a category such as {@code all}.
   *
   * @throws IllegalArgumentException when the server has nothing of that name
   */
  List<Resource> named(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    int dot = lower.indexOf('.');
    String name = dot < 0 ? lower : lower.substring(0, dot);
    String group = dot < 0 ? "" : lower.substring(dot + 1);
    for (Resource one : resources) {
      if (one.isCalled(name) && (dot < 0 || one.group().equals(group))) {
        return List.of(one);
      }
    }
    List<Resource> category =
        resources.stream().filter(one -> one.categories().contains(lower)).toList();
    if (category.isEmpty()) {
      throw new IllegalArgumentException(
          "the server doesn't have a resource type \"" + word + "\"");
    }
    return category;
  }

  /**
   * The kind of an object in a file.
   *
   * @throws IllegalArgumentException when the server does not serve it
   */
  Resource kind(String apiVersion, String kind) {
    for (Resource one : resources) {
      if (one.kind().equals(kind) && one.apiVersion().equals(apiVersion)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "the server has no kind \"" + kind + "\" in version \"" + apiVersion + "\"");
  }
}
