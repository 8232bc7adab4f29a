package kontiki.orchestrator.apiserver.admission;

import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.StoredResource;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/** Gives pods the priority of their class, or of the default class. */
public final class PriorityAdmission implements AdmissionPlugin {
  private final StoredResource classes;

  public PriorityAdmission(StoredResource classes) {
    this.classes = classes;
  }

  @Override
  public String name() {
    return "Priority";
  }

  @Override
  public void admit(AdmissionRequest request) {
    JsonObject pod = request.object();
    if (pod == null || !request.isMain("", "pods")) {
      return;
    }
    JsonObject spec = pod.ensureObject("spec");
    JsonObject old = request.old();
    if (old != null) {
      keep(spec, old, "priority");
      keep(spec, old, "preemptionPolicy");
      return;
    }
    String name = spec.string("priorityClassName", "");
    JsonObject found = name.isEmpty() ? globalDefault() : find(name);
    if (found == null && !name.isEmpty()) {
      throw request
          .call()
          .resource()
          .forbidden(request.call().name(), "no PriorityClass with name " + name + " was found");
    }
    long priority = found == null ? 0 : found.integer("value", 0);
    Long given = spec.integer("priority");
    if (given != null && given != priority) {
      throw Failures.forbidden(
          "",
          "pods",
          request.call().name(),
          "the integer value of priority ("
              + given
              + ") must not be provided in pod spec; priority admission controller computed "
              + priority
              + " from the given PriorityClass name");
    }
    spec.put("priority", priority);
    spec.put(
        "preemptionPolicy",
        found == null
            ? "PreemptLowerPriority"
            : found.string("preemptionPolicy", "PreemptLowerPriority"));
    if (found != null && name.isEmpty()) {
      spec.put("priorityClassName", found.stringAt("metadata", "name"));
    }
  }

  private static void keep(JsonObject spec, JsonObject old, String key) {
    Object before = old.at("spec", key);
    if (before != null && spec.get(key) == null) {
      spec.put(key, before);
    }
  }

  private @Nullable JsonObject find(String name) {
    CachedObject found = classes.cache().get(classes.key("", name));
    return found == null ? null : found.tree();
  }

  private @Nullable JsonObject globalDefault() {
    JsonObject best = null;
    for (CachedObject each : classes.cache().snapshot("").objects()) {
      JsonObject tree = each.tree();
      if (tree.bool("globalDefault")
          && (best == null || tree.integer("value", 0) < best.integer("value", 0))) {
        best = tree;
      }
    }
    return best;
  }
}
