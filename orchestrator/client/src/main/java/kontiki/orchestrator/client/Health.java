package kontiki.orchestrator.client;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What a process says of itself when it is asked, as Kubernetes' components do: {@code /livez} (and
 * {@code /healthz}) fails when only a new start can help, {@code /readyz} also while it cannot do
 * its work now. Thread-safe.
 */
public final class Health {

  /** One thing that may be wrong. Called on a request's thread: it looks, and never waits. */
  public interface Check {
    /** Why it is not well; empty if it is. */
    Optional<String> problem();
  }

  /** What is answered: 200 or 500, and a line a check when one fails or all are asked for. */
  public record Answer(int status, String text) {}

  private final Map<String, Check> live = new ConcurrentSkipListMap<>();
  private final Map<String, Check> ready = new ConcurrentSkipListMap<>();

  /** Adds a check that fails when the process must be started again. */
  public Health live(String name, Check check) {
    live.put(name, check);
    return this;
  }

  /** Adds a check that fails while the process cannot work, though it may later. */
  public Health ready(String name, Check check) {
    ready.put(name, check);
    return this;
  }

  /**
   * The answer to a request.
   *
   * @param path {@code /healthz}, {@code /livez} or {@code /readyz}; empty for any other
   */
  public Optional<Answer> answer(String path, boolean isVerbose) {
    return switch (path) {
      case "/healthz", "/livez" -> Optional.of(answer(path, live, Map.of(), isVerbose));
      case "/readyz" -> Optional.of(answer(path, live, ready, isVerbose));
      default -> Optional.empty();
    };
  }

  private static Answer answer(
      String path, Map<String, Check> first, Map<String, Check> second, boolean isVerbose) {
    StringBuilder lines = new StringBuilder("[+]ping ok\n");
    boolean isWell = append(lines, first.entrySet()) & append(lines, second.entrySet());
    String name = path.substring(1);
    if (!isWell) {
      return new Answer(500, lines + name + " check failed\n");
    }
    return new Answer(200, isVerbose ? lines + name + " check passed\n" : "ok");
  }

  private static boolean append(StringBuilder lines, Collection<Map.Entry<String, Check>> checks) {
    boolean isWell = true;
    for (Map.Entry<String, Check> check : checks) {
      Optional<String> problem = check.getValue().problem();
      isWell &= problem.isEmpty();
      lines
          .append(problem.isEmpty() ? "[+]" : "[-]")
          .append(check.getKey())
          .append(problem.map(reason -> " failed: " + reason).orElse(" ok"))
          .append('\n');
    }
    return isWell;
  }
}
