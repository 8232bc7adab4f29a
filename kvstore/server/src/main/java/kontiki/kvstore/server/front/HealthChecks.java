package kontiki.kvstore.server.front;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmType;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.raft.RaftNode;
import org.jspecify.annotations.Nullable;

/** The checks behind /health, /livez and /readyz, under etcd's names. Blocks; thread-safe. */
final class HealthChecks {
  /** How a check went; {@code why} is empty where it is well. */
  record Result(String name, String why) {
    boolean ok() {
      return why.isEmpty();
    }

    String line() {
      return ok() ? "[+]" + name + " ok\n" : "[-]" + name + " failed: " + why + "\n";
    }
  }

  private final RaftNode node;
  private final Map<String, Map<String, Supplier<String>>> checks = new LinkedHashMap<>();

  HealthChecks(RaftNode node) {
    this.node = node;
    Map<String, Supplier<String>> live = new LinkedHashMap<>();
    live.put("serializable_read", () -> readable(true));
    Map<String, Supplier<String>> ready = new LinkedHashMap<>();
    ready.put("data_corruption", this::corruption);
    ready.put("serializable_read", () -> readable(true));
    ready.put("linearizable_read", () -> readable(false));
    ready.put("non_learner", () -> "");
    checks.put("/livez", live);
    checks.put("/readyz", ready);
  }

  /**
   * Runs the checks of a path: {@code /readyz}, or one of its own, {@code /readyz/data_corruption}.
   *
   * @return null where there is no such path
   */
  @Nullable List<Result> run(String path, Collection<String> excluded) {
    Map<String, Supplier<String>> all = checks.get(path);
    if (all != null) {
      List<Result> results = new ArrayList<>();
      all.forEach((name, check) -> {
        if (!excluded.contains(name)) {
          results.add(new Result(name, check.get()));
        }
      });
      return results;
    }
    int slash = path.lastIndexOf('/');
    Map<String, Supplier<String>> some = checks.get(path.substring(0, Math.max(0, slash)));
    String name = path.substring(slash + 1);
    Supplier<String> check = some == null ? null : some.get(name);
    return check == null ? null : List.of(new Result(name, check.get()));
  }

  /** What /health says; empty where the member is healthy. */
  String health(boolean serializable, Collection<String> excludedAlarms) {
    for (AlarmMember alarm : alarms()) {
      if (!excludedAlarms.contains(alarm.getAlarm().name())) {
        return "ALARM " + alarm.getAlarm().name();
      }
    }
    if (!serializable && !node.role().hasLeader()) {
      return "RAFT NO LEADER";
    }
    String unreadable = readable(serializable);
    return unreadable.isEmpty() ? "" : "RANGE ERROR:" + unreadable;
  }

  private String corruption() {
    return alarms().stream().anyMatch(alarm -> alarm.getAlarm() == AlarmType.CORRUPT)
        ? "alarm activated: CORRUPT"
        : "";
  }

  private List<AlarmMember> alarms() {
    try (StoreView view = node.store().view()) {
      return view.alarms();
    }
  }

  private String readable(boolean serializable) {
    if (!serializable && node.reads().barrier().join() instanceof Outcome.Refused refused) {
      return refused.error().message();
    }
    try (StoreView view = node.store().view()) {
      return view.state().revision() > 0 ? "" : "the store is empty";
    }
  }
}
