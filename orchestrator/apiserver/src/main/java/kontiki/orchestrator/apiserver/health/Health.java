package kontiki.orchestrator.apiserver.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the API server is alive and ready, check by check. Thread-safe once filled. */
public final class Health {
  /** One check; a problem is a reason in one line, no problem is null. */
  private record Check(boolean ofLife, Supplier<@Nullable String> problem) {}

  private final Map<String, Check> checks = new LinkedHashMap<>();

  /** Adds a check of readiness. */
  public Health ready(String name, Supplier<@Nullable String> problem) {
    checks.put(name, new Check(false, problem));
    return this;
  }

  /** Adds a check of life, which is one of readiness too. */
  public Health live(String name, Supplier<@Nullable String> problem) {
    checks.put(name, new Check(true, problem));
    return this;
  }

  /** What checks came to. */
  public record Report(boolean ok, String text) {}

  /**
   * @param readiness all checks, else those of life
   * @param only one check by name, empty for all
   * @return null where there is no such check
   */
  public @Nullable Report report(
      String endpoint, boolean readiness, String only, Set<String> excluded, boolean verbose) {
    List<String> lines = new ArrayList<>();
    boolean ok = true;
    boolean found = only.isEmpty();
    for (Map.Entry<String, Check> each : checks.entrySet()) {
      String name = each.getKey();
      boolean wanted = only.isEmpty() ? readiness || each.getValue().ofLife() : only.equals(name);
      if (!wanted) {
        continue;
      }
      found = true;
      if (excluded.contains(name)) {
        lines.add("[+]" + name + " excluded: ok");
        continue;
      }
      String problem = each.getValue().problem().get();
      ok &= problem == null;
      lines.add(problem == null ? "[+]" + name + " ok" : "[-]" + name + " failed: " + problem);
    }
    if (!found) {
      return null;
    }
    if (ok && !verbose) {
      return new Report(true, "ok");
    }
    lines.add(endpoint + " check " + (ok ? "passed" : "failed"));
    return new Report(ok, String.join("\n", lines) + "\n");
  }
}
