package kontiki.orchestrator.api.schema;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kontiki.orchestrator.api.catalog.GroupVersion;
import kontiki.orchestrator.api.catalog.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * The struct types of the published Kubernetes API, from the fact tables beside this class. A
 * version of a group is read when one of its types is first asked for. Safe on any thread.
 */
public final class BuiltinSchemas {
  private static final Map<String, String> HOMES =
      Map.of(
          "", "core",
          "internal.apiserver.k8s.io", "apiserverinternal");

  private static final Map<String, Map<String, StructType>> LOADED = new ConcurrentHashMap<>();

  private BuiltinSchemas() {}

  /** The type of a kind, or null: {@code apps/v1} and {@code Deployment}. */
  public static @Nullable StructType forKind(String apiVersion, String kind) {
    GroupVersion version = GroupVersion.parse(apiVersion);
    return forKind(version.group(), version.version(), kind);
  }

  /** The type of a kind; the kinds of meta.v1 (Status, DeleteOptions...) are in every group. */
  public static @Nullable StructType forKind(String group, String version, String kind) {
    StructType type = find(home(group) + "/" + version, kind);
    if (type == null || !type.typed()) {
      type = find("meta/v1", kind);
    }
    return type != null && type.typed() ? type : null;
  }

  /** The type of a built-in resource's objects. Throws IllegalArgumentException where unknown. */
  public static StructType of(ResourceType type) {
    StructType struct = forKind(type.group(), type.version(), type.kind());
    if (struct == null) {
      throw new IllegalArgumentException("no schema for " + type.apiVersion() + " " + type.kind());
    }
    return struct;
  }

  /** The type of a Go name: {@code core/v1} and {@code PodSpec}. */
  public static StructType struct(String home, String name) {
    StructType type = find(home, name);
    if (type == null) {
      throw new IllegalArgumentException("no type " + name + " in " + home);
    }
    return type;
  }

  /** All types of a version of a group, by name, in the order of the table; empty where unknown. */
  public static Map<String, StructType> all(String home) {
    return LOADED.computeIfAbsent(home, TypeTable::read);
  }

  /** Where the types of a group live: its first label, with the exceptions that there are. */
  public static String home(String group) {
    String exception = HOMES.get(group);
    if (exception != null) {
      return exception;
    }
    int dot = group.indexOf('.');
    return dot < 0 ? group : group.substring(0, dot);
  }

  private static @Nullable StructType find(String home, String name) {
    return all(home).get(name);
  }
}
