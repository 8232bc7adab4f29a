package kontiki.orchestrator.api.catalog;

/**
 * A group and one of its versions.
 *
 * @param group empty for core
 */
public record GroupVersion(String group, String version) implements Comparable<GroupVersion> {
  /** Reads {@code apps/v1} or, for core, {@code v1}. */
  public static GroupVersion parse(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0
        ? new GroupVersion("", apiVersion)
        : new GroupVersion(apiVersion.substring(0, slash), apiVersion.substring(slash + 1));
  }

  /** As it stands in objects: {@code apps/v1}, for core {@code v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** Where it is served: {@code /apis/apps/v1}, for core {@code /api/v1}. */
  public String path() {
    return (group.isEmpty() ? "/api/" : "/apis/") + apiVersion();
  }

  @Override
  public int compareTo(GroupVersion other) {
    int groups = group.compareTo(other.group);
    return groups != 0 ? groups : version.compareTo(other.version);
  }

  @Override
  public String toString() {
    return apiVersion();
  }
}
