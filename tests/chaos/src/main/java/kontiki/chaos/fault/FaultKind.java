package kontiki.chaos.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done to a cluster; each fault is undone after a while. */
public enum FaultKind {
  KILL("kill -9 a random member, start it again"),
  KILL_LEADER("kill -9 the leader, start it again"),
  KILL_ALL("kill -9 every member at once, start them again"),
  TERMINATE("SIGTERM a random member, start it again"),
  PAUSE("SIGSTOP a random member, then SIGCONT"),
  PAUSE_LEADER("SIGSTOP the leader, then SIGCONT"),
  PARTITION("cut a random minority off from the other members"),
  PARTITION_LEADER("cut the leader off from the other members");

  private final String description;

  FaultKind(String description) {
    this.description = description;
  }

  public String description() {
    return description;
  }

  /** As written on the command line: {@code kill-leader}. */
  public String flag() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws IllegalArgumentException naming every fault there is
   */
  public static FaultKind of(String flag) {
    return Arrays.stream(values())
        .filter(kind -> kind.flag().equals(flag))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no fault '"
                    + flag
                    + "': choose all, none, or some of "
                    + Arrays.stream(values())
                        .map(FaultKind::flag)
                        .collect(Collectors.joining(","))));
  }
}
